import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const audit = subcommand(spec, async () => import('./run.js'));
