import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const scenarios = subcommand(spec, async () => import('./run.js'));
