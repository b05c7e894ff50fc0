import type { CommandSpec } from '../application/command.js';
import { attach } from './attach/spec.js';
import { checkCert } from './check-cert/spec.js';
import { collect } from './collect/spec.js';
import { completion } from './completion/spec.js';
import { convertCert } from './convert-cert/spec.js';
import { explain } from './explain/spec.js';
import { guide } from './guide/spec.js';
import { importCert } from './import-cert/spec.js';
import { installAgent } from './install-agent/spec.js';
import { preflight } from './preflight/spec.js';
import { rehearse } from './rehearse/spec.js';
import { renewCert } from './renew-cert/spec.js';
import { requestCert } from './request-cert/spec.js';
import { resume } from './resume/spec.js';
import { scenarios } from './scenarios/spec.js';
import { schema } from './schema/spec.js';
import { setCredentials } from './set-credentials/spec.js';
import { setDpmServer } from './set-dpm-server/spec.js';
import { status } from './status/spec.js';
import { switchAuth } from './switch-auth/spec.js';
import { updatePassword } from './update-password/spec.js';

/** Every subcommand, in the order of --help. */
export const commands: readonly CommandSpec[] = [
  guide,
  installAgent,
  setDpmServer,
  setCredentials,
  attach,
  updatePassword,
  requestCert,
  checkCert,
  convertCert,
  importCert,
  renewCert,
  switchAuth,
  preflight,
  status,
  collect,
  resume,
  rehearse,
  scenarios,
  explain,
  completion,
  schema,
];

export const defaultCommand = 'guide';
