import type { Machine } from '../../machine/machine.js';
import type { Report } from '../../run/report.js';
import type { CommandContext } from '../command.js';
import type { ComputerFacts } from '../facts.js';
import { readHandover, refuseOtherPair, withHandover } from '../handover-file.js';
import { runCertificateAttach } from './certificate.js';
import { runNtlmAttach } from './ntlm.js';

/** Attaches by handover file or by names. */
export const runAttach = async (
  context: CommandContext,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const path = context.answers.handover;
  const handover = path === undefined || machine === null ? null : await readHandover(machine, path);
  if (handover && facts) refuseOtherPair(handover, facts, 'dpm-server');
  const answers = withHandover(context.answers, handover);
  const known = { ...context, answers };
  const certificate =
    answers.auth === 'certificate' || (answers.auth === undefined && answers.psCredential !== undefined);
  return certificate
    ? runCertificateAttach(known, machine, facts, handover)
    : runNtlmAttach(known, machine, facts);
};
