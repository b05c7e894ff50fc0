import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const preflight = subcommand(spec, async () => import('./run.js'));
