import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const handover = subcommand(spec, async () => import('./run.js'));
