import { complete, missingAnswer } from '../../answers/complete.js';
import type { Answers, AnswersOf, RunKey } from '../../answers/parameters.js';
import type { Finding } from '../../checks/check.js';
import { tool } from '../../dpm/command-lines.js';
import { computerOfCredentialFile } from '../../dpm/credential-file.js';
import { carriableAuthorities } from '../../dpm/carried-file.js';
import { handoverFileName, type Handover } from '../../dpm/handover.js';
import { binFolders, outputFolder } from '../../dpm/locations.js';
import { parseComputerName } from '../../dpm/names.js';
import type { Machine } from '../../machine/machine.js';
import { certificateAttachPlan, certificateProtectedPlan } from '../../procedures/certificate.js';
import { lineOf } from '../../procedures/plan.js';
import type { NextAction, Report } from '../../run/report.js';
import { copyCredentialId, credentialFileOf } from '../../steps/credential-files.js';
import type { EarlierFacts } from '../../steps/step.js';
import { handoverPath } from '../../steps/write-handover.js';
import type { CommandContext } from '../command.js';
import { findDpmCredential, judgeDpmCredential, refuseOwnCredential } from '../dpm-credential.js';
import { agentBinFolder, type ComputerFacts } from '../facts.js';
import { baseName, folderOf } from '../file-paths.js';
import { readHandover, refuseOtherPair } from '../handover-file.js';
import { judgeOtherName, nameFormsText, ownNameBeside } from '../judge-name.js';
import { judgeOutputFolder } from '../judge-path.js';
import { newFolderFor } from '../new-folder.js';
import { existingJournal, lastNtlmNames, sinceAgentChanged } from '../past-runs.js';
import type { ProcedureKey } from '../parameter-groups.js';
import { authoritiesAbove, peerOf, peerTrust, withConsent } from '../peer-roots.js';
import { runProcedure, unattendedNeeds } from '../procedure.js';
import { chooseCertificate, storeCertificateFindings } from '../store-certificates.js';

export type CertificateProtectedKey =
  | ProcedureKey
  | 'auth'
  | 'handover'
  | 'dpmCredential'
  | 'dpmServerName'
  | 'psName'
  | 'outputFilePath'
  | 'thumbprint'
  | 'handoverFolder'
  | 'importRoot';

const attachNext = (
  dpmServerName: string,
  psName: string,
  handoverFile: string,
  facts: EarlierFacts,
): NextAction => {
  const bin = credentialFileOf(facts[copyCredentialId]);
  const psCredential = bin?.name ?? '<the .bin that was written>';
  return {
    side: 'dpm-server',
    computer: dpmServerName,
    instructions: [
      `Copy ${handoverFile} and ${bin?.path ?? psCredential} to one folder on the DPM server.`,
      'Run the command below in that folder, in an elevated prompt.',
    ],
    command: `dpm-prep attach --handover ${handoverFileName(psName)}`,
    documentedCommand: lineOf(
      certificateAttachPlan({
        binFolder: binFolders.dpmServer,
        dpmServerName,
        psName,
        psCredential,
        sha256: null,
        lastAttach: null,
        listedBeforeCut: null,
      }),
      tool.attachProductionServerWithCertificate,
    ),
    handoverFile,
  };
};

const suggestions = (
  facts: ComputerFacts | null,
  handover: Handover | null,
  dpmCredential: string | undefined,
) => {
  const fromFile = dpmCredential === undefined ? null : computerOfCredentialFile(baseName(dpmCredential));
  return {
    dpmServerName: handover?.dpmServerName ?? fromFile ?? facts?.installation.owners[0],
    psName: handover?.psName ?? facts?.computer.fqdn ?? facts?.computer.netbiosName,
  };
};

const taken = (
  answers: AnswersOf<'dpmServerName' | 'psName'>,
  key: 'dpmServerName' | 'psName',
  text: string | undefined,
): Pick<Answers, 'dpmServerName' | 'psName'> => {
  if (answers[key] !== undefined || text === undefined) return {};
  const parsed = parseComputerName(text);
  return parsed.ok ? { [key]: parsed.value } : {};
};

const onceNtlmFor = (context: CommandContext, machine: Machine): string | null => {
  const names = lastNtlmNames(context, machine);
  return names === null ? null : (names.dpmServerName ?? 'a DPM server');
};

/** The protected computer's part of the certificate way. */
export const runCertificateProtected = async (
  context: CommandContext<CertificateProtectedKey>,
  machine: Machine | null,
  facts: ComputerFacts | null,
  install: {
    readonly installer: string;
    readonly answers: AnswersOf<CertificateProtectedKey | RunKey>;
  } | null,
): Promise<Report> => {
  const given = install?.answers ?? context.answers;
  const handover =
    given.handover === undefined || machine === null ? null : await readHandover(machine, given.handover);
  if (handover && facts) refuseOtherPair(handover, facts, 'protected-computer');
  const handed = handover?.dpmServerCredential?.name;
  const known: AnswersOf<CertificateProtectedKey | RunKey> = {
    ...given,
    auth: 'certificate',
    ...(given.dpmCredential === undefined && handed !== undefined ? { dpmCredential: handed } : {}),
  };
  const suggested = suggestions(facts, handover, known.dpmCredential);
  const prompter = context.prompter;
  const beside = given.handover === undefined ? null : folderOf(given.handover);
  const answers = await complete(
    {
      ...known,
      ...(handover || prompter === null ? taken(known, 'dpmServerName', suggested.dpmServerName) : {}),
      ...(handover || prompter === null ? taken(known, 'psName', suggested.psName) : {}),
      ...(known.outputFilePath === undefined && prompter === null && machine === null
        ? { outputFilePath: outputFolder.path }
        : {}),
    },
    [
      {
        key: 'dpmCredential',
        judge: judgeDpmCredential(machine, facts, {
          journal: existingJournal(context, machine),
          beside,
          named: null,
        }),
      },
      {
        key: 'dpmServerName',
        suggestion: suggested.dpmServerName,
        judge: judgeOtherName({ machine, facts, side: 'protected-computer', answers: known }),
      },
      {
        key: 'psName',
        suggestion: ({ dpmServerName }) => ownNameBeside(dpmServerName?.text, facts) ?? suggested.psName,
      },
      { key: 'outputFilePath', suggestion: outputFolder.path, judge: judgeOutputFolder(machine) },
    ],
    prompter,
    [...unattendedNeeds(context), ...(known.thumbprint === undefined ? [missingAnswer('thumbprint')] : [])],
  );
  const psName = answers.psName.text;
  const dpmServerName = answers.dpmServerName.text;
  const forms = nameFormsText(dpmServerName, psName);
  const folder = answers.handoverFolder ?? machine?.files.absolute('.') ?? '.';
  const named = handover?.dpmServerCredential;
  const bin = machine
    ? await findDpmCredential({
        machine,
        facts,
        given: answers.dpmCredential,
        beside,
        named: named ? { ...named, by: 'the handover file', dpmServerName } : null,
      })
    : { path: answers.dpmCredential, name: baseName(answers.dpmCredential), sha256: null };
  if (machine && bin.sha256 !== null)
    refuseOwnCredential(existingJournal(context, machine), { ...bin, sha256: bin.sha256 });
  const thumbprint =
    answers.thumbprint ??
    (machine ? await chooseCertificate(context, machine, { expectedName: psName }) : '<thumbprint>');
  const findings: readonly Finding[] = machine
    ? await storeCertificateFindings(context, machine, { thumbprint, expectedName: psName })
    : [];
  const trust =
    machine === null || handover === null
      ? null
      : await peerTrust(context, machine, 'protected-computer', [
          peerOf(dpmServerName, handover.dpmServerAuthorities),
        ]);
  const plan = certificateProtectedPlan({
    dpmServerName,
    psName,
    binFolder: agentBinFolder(facts),
    installer: install?.installer ?? null,
    dpmCredential: bin,
    outputFilePath: answers.outputFilePath,
    newFolder: newFolderFor(machine),
    sinceChanged: sinceAgentChanged(machine ? existingJournal(context, machine) : null, install !== null),
    thumbprint,
    authorities: carriableAuthorities(await authoritiesAbove(machine, thumbprint)),
    dpmServerAuthorities: handover?.dpmServerAuthorities ?? [],
    handoverFolder: folder,
    rehearsal: machine?.rehearsal ?? false,
    onceNtlmFor: machine ? onceNtlmFor(context, machine) : null,
  });
  const final = { ...answers, dpmCredential: bin.path, thumbprint };
  return runProcedure(context, {
    plan: {
      ...plan,
      steps: [...(trust?.steps ?? []), ...plan.steps],
      notes: [...(forms === null ? [] : [forms]), ...plan.notes],
    },
    machine,
    answers: trust === null ? final : withConsent(final, trust),
    findings,
    ...(trust === null ? {} : { about: { peers: trust.peers } }),
    next: (earlier) => attachNext(dpmServerName, psName, handoverPath(folder, psName), earlier),
  });
};
