import { complete } from '../../answers/complete.js';
import type { Answers } from '../../answers/parameters.js';
import type { Machine } from '../../machine/machine.js';
import type { Report } from '../../run/report.js';
import type { CommandContext } from '../command.js';
import type { ComputerFacts } from '../facts.js';
import {
  judgeHandover,
  readHandover,
  refuseOtherPair,
  refuseUnfinished,
  withHandover,
} from '../handover-file.js';
import { runCertificateAttach, type CertificateAttachKey } from './certificate.js';
import { runNtlmAttach, type NtlmAttachKey } from './ntlm.js';

export type AttachKey = NtlmAttachKey | CertificateAttachKey;

/** Attaches by handover file or by names. */
export const runAttach = async (
  context: CommandContext<AttachKey>,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const wantsCertificate = ({ auth, psCredential }: Answers): boolean =>
    auth === 'certificate' || (auth === undefined && psCredential !== undefined);
  // By certificate only a handover file shows which .bin is the right one, so the person is asked for it.
  const given =
    machine !== null && wantsCertificate(context.answers) && context.prompter !== null
      ? await complete(
          context.answers,
          [{ key: 'handover', judge: judgeHandover(machine, facts, 'dpm-server') }],
          context.prompter,
        )
      : context.answers;
  const path = given.handover;
  const handover = path === undefined || machine === null ? null : await readHandover(machine, path);
  if (handover && path !== undefined) {
    if (facts) refuseOtherPair(handover, facts, 'dpm-server');
    refuseUnfinished(handover, path);
  }
  const answers = withHandover(given, handover);
  const known = { ...context, answers };
  const certificate = wantsCertificate(answers);
  return certificate
    ? runCertificateAttach(known, machine, facts, handover)
    : runNtlmAttach(known, machine, facts, handover);
};
