import { subcommand } from '../../application/command.js';
import { spec } from './spec.js';

export const convertCert = subcommand(spec, async () => import('./run.js'));
