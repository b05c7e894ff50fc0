import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const remove = subcommand(spec, async () => import('./run.js'));
