import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const guide = subcommand(spec, async () => import('./run.js'));
