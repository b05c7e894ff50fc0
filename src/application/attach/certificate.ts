import { complete } from '../../answers/complete.js';
import { binFolders } from '../../dpm/locations.js';
import type { Handover } from '../../dpm/handover.js';
import type { Machine } from '../../machine/machine.js';
import { certificateAttachPlan } from '../../procedures/certificate.js';
import type { Report } from '../../run/report.js';
import type { CommandContext } from '../command.js';
import { CredentialJudge, resolvePsCredential } from '../credential-facts.js';
import { serverBinFolder, type ComputerFacts } from '../facts.js';
import { folderOf } from '../file-paths.js';
import { existingJournal } from '../past-runs.js';
import { runProcedure, unattendedNeeds } from '../procedure.js';
import { configuredCertificate } from '../store-certificates.js';

const psCredentialOf = (context: CommandContext, handover: Handover | null): string | undefined =>
  context.answers.psCredential ?? handover?.protectedComputerCredential?.name;

/** A person types the name; unattended, --confirm gives it. With a handover file neither is needed. */
const confirmation = async (
  context: CommandContext,
  handover: Handover | null,
  psName: string,
): Promise<string | null> => {
  const { answers, prompter } = context;
  if (handover !== null) return null;
  if (answers.confirm !== undefined || prompter === null) return answers.confirm ?? null;
  return prompter.text(
    `There is no handover file. Type the name of the computer that made this .bin (${psName}):`,
    () => null,
  );
};

/** The DPM server's part of the certificate way. */
export const runCertificateAttach = async (
  context: CommandContext,
  machine: Machine | null,
  facts: ComputerFacts | null,
  handover: Handover | null,
): Promise<Report> => {
  const own = facts?.computer.fqdn ?? facts?.computer.netbiosName;
  const suggested = psCredentialOf(context, handover);
  const answers = await complete(
    { ...context.answers, ...(suggested === undefined ? {} : { psCredential: suggested }) },
    [
      { key: 'dpmServerName', ...(own === undefined ? {} : { suggestion: own }) },
      { key: 'psName' },
      { key: 'psCredential' },
    ],
    context.prompter,
    unattendedNeeds(context, { password: false }),
  );
  const dpmServerName = answers.dpmServerName.text;
  const psName = answers.psName.text;
  if (machine === null || facts === null) {
    return runProcedure(context, {
      plan: certificateAttachPlan([
        {
          binFolder: binFolders.dpmServer,
          dpmServerName,
          psName,
          psCredential: answers.psCredential,
          sha256: null,
        },
      ]),
      machine,
      answers: { ...answers, auth: 'certificate' },
      findings: [],
      next: () => null,
    });
  }
  const beside = context.answers.handover === undefined ? null : folderOf(context.answers.handover);
  const path = await resolvePsCredential(machine, facts, answers.psCredential, beside);
  const confirmed = await confirmation(context, handover, psName);
  const sha256 = await new CredentialJudge(machine, facts, existingJournal(context, machine)).judge({
    path,
    psName,
    dpmServerName,
    handover,
    confirmed,
  });
  return runProcedure(context, {
    plan: certificateAttachPlan([
      { binFolder: serverBinFolder(facts), dpmServerName, psName, psCredential: path, sha256 },
    ]),
    machine,
    answers: {
      ...answers,
      auth: 'certificate',
      psCredential: path,
      ...(confirmed === null ? {} : { confirm: confirmed }),
    },
    findings: (await configuredCertificate(context, machine, facts))?.findings ?? [],
    next: () => null,
    notes: () => [`${psName} can now be added to a protection group in the DPM console.`],
  });
};
