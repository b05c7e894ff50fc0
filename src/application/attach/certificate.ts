import { complete } from '../../answers/complete.js';
import { binFolders } from '../../dpm/locations.js';
import type { Handover } from '../../dpm/handover.js';
import { offeredComputers } from '../known-computers.js';
import type { Machine } from '../../machine/machine.js';
import { certificateAttachPlan } from '../../procedures/certificate.js';
import type { Journal } from '../../run/journal.js';
import type { Report } from '../../run/report.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import type { AttachCertificateInput } from '../../steps/attach-certificate.js';
import type { CommandContext } from '../command.js';
import { CredentialJudge, resolvePsCredential } from '../credential-facts.js';
import { serverBinFolder, type ComputerFacts } from '../facts.js';
import { folderOf } from '../file-paths.js';
import { judgeOtherName } from '../judge-name.js';
import { existingJournal } from '../past-runs.js';
import { lastAttachOf, listedBeforeCut } from './history.js';
import { refuseOtherMethod } from './other-method.js';
import type { ProcedureKey } from '../parameter-groups.js';
import { peerOf, peerTrust, withConsent } from '../peer-roots.js';
import { runProcedure, unattendedNeeds } from '../procedure.js';
import { configuredCertificate } from '../store-certificates.js';

export type CertificateAttachKey =
  ProcedureKey | 'auth' | 'dpmServerName' | 'psName' | 'psCredential' | 'handover' | 'confirm' | 'importRoot';

const psCredentialOf = (
  context: CommandContext<'psCredential'>,
  handover: Handover | null,
): string | undefined => context.answers.psCredential ?? handover?.protectedComputerCredential?.name;

/** Where nobody saw the file being made, a person types the computer's name; unattended, --confirm gives it. */
const confirmation = async (
  context: CommandContext<'confirm'>,
  handover: Handover,
  psName: string,
): Promise<string | null> => {
  const { answers, prompter } = context;
  if (handover.witnessed) return null;
  if (answers.confirm !== undefined || prompter === null) return answers.confirm ?? null;
  return prompter.text(
    `dpm-prep did not see SetDpmServer write this .bin. If you are sure that it was made on ${psName}, type that name:`,
    () => null,
  );
};

/** What the attach of one computer is judged by, and made of. */
export interface CertificateAttach {
  readonly machine: Machine;
  readonly facts: ComputerFacts;
  readonly journal: Journal | null;
  readonly judge: CredentialJudge;
  readonly dpmServerName: string;
  readonly psName: string;
  /** Path or bare name of the protected computer's .bin. */
  readonly psCredential: string;
  /** Folder of the file that says what the .bin must be; null: there is none. */
  readonly beside: string | null;
  readonly handover: Handover | null;
  readonly confirmed: string | null;
}

/** Judges the credential file (exit 3 where it is refused), and says all that the attach step needs. */
export const judgedAttach = async (attach: CertificateAttach): Promise<AttachCertificateInput> => {
  const { machine, facts, journal, judge, dpmServerName, psName, handover, confirmed } = attach;
  const path = await resolvePsCredential(machine, facts, attach.psCredential, attach.beside);
  const sha256 = await judge.judge({ path, psName, dpmServerName, handover, confirmed });
  return {
    binFolder: serverBinFolder(facts),
    dpmServerName,
    psName,
    psCredential: path,
    sha256,
    lastAttach: lastAttachOf(journal, psName),
    listedBeforeCut: listedBeforeCut(journal, sha256),
  };
};

/** The DPM server's part of the certificate way. */
export const runCertificateAttach = async (
  context: CommandContext<CertificateAttachKey>,
  machine: Machine | null,
  facts: ComputerFacts | null,
  handover: Handover | null,
): Promise<Report> => {
  const own = facts?.computer.fqdn ?? facts?.computer.netbiosName;
  const suggested = psCredentialOf(context, handover);
  const beside = context.answers.handover === undefined ? null : folderOf(context.answers.handover);
  const answers = await complete(
    { ...context.answers, ...(suggested === undefined ? {} : { psCredential: suggested }) },
    [
      { key: 'dpmServerName', ...(own === undefined ? {} : { suggestion: own }) },
      {
        key: 'psName',
        offers: async () => offeredComputers(machine, own),
        judge: judgeOtherName({ machine, facts, side: 'dpm-server', answers: context.answers }),
      },
      {
        key: 'psCredential',
        judge: async (given, known) => {
          if (machine === null || facts === null) return;
          const path = await resolvePsCredential(machine, facts, given, beside);
          await new CredentialJudge(machine, facts, existingJournal(context, machine)).judge({
            path,
            psName: known.psName?.text ?? '',
            dpmServerName: known.dpmServerName?.text ?? '',
            handover,
            confirmed: known.psName?.text ?? null,
          });
        },
      },
    ],
    context.prompter,
    unattendedNeeds(context),
  );
  const dpmServerName = answers.dpmServerName.text;
  const psName = answers.psName.text;
  if (machine === null || facts === null) {
    return runProcedure(context, {
      plan: certificateAttachPlan({
        binFolder: binFolders.dpmServer,
        dpmServerName,
        psName,
        psCredential: answers.psCredential,
        sha256: null,
        lastAttach: null,
        listedBeforeCut: null,
      }),
      machine,
      answers: { ...answers, auth: 'certificate' },
      findings: [],
      next: () => null,
    });
  }
  const journal = existingJournal(context, machine);
  refuseOtherMethod({
    listed: await ListedComputers.of(machine, dpmServerName),
    journal,
    psName,
    method: 'certificate',
  });
  const confirmed = handover === null ? null : await confirmation(context, handover, psName);
  const attach = await judgedAttach({
    machine,
    facts,
    journal,
    judge: new CredentialJudge(machine, facts, journal),
    dpmServerName,
    psName,
    psCredential: answers.psCredential,
    beside,
    handover,
    confirmed,
  });
  const trust =
    handover === null
      ? null
      : await peerTrust(context, machine, 'dpm-server', [
          peerOf(psName, handover.protectedComputerAuthorities),
        ]);
  const plan = certificateAttachPlan(attach);
  const final = {
    ...answers,
    auth: 'certificate' as const,
    psCredential: attach.psCredential,
    ...(confirmed === null ? {} : { confirm: confirmed }),
  };
  return runProcedure(context, {
    plan: { ...plan, steps: [...(trust?.steps ?? []), ...plan.steps] },
    machine,
    answers: trust === null ? final : withConsent(final, trust),
    ...(trust === null ? {} : { about: { peers: trust.peers } }),
    findings: (await configuredCertificate(context, machine, facts))?.findings ?? [],
    next: () => null,
    notes: () => [`${psName} can now be added to a protection group in the DPM console.`],
  });
};
