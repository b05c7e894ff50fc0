import { complete, missingAnswer } from '../answers/complete.js';
import type { Answers } from '../answers/parameters.js';
import type { Finding } from '../checks/check.js';
import { attachProductionServerWithCertificateParameters, tool } from '../dpm/command-lines.js';
import { computerOfCredentialFile } from '../dpm/credential-file.js';
import { handoverFileName, type Handover } from '../dpm/handover.js';
import { outputFolder } from '../dpm/locations.js';
import { parseComputerName } from '../dpm/names.js';
import { documentedLine } from '../machine/command.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';
import { certificateProtectedPlan } from '../procedures/certificate.js';
import type { NextAction, Report } from '../run/report.js';
import { credentialFileOf } from '../steps/credential-files.js';
import { setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';
import type { EarlierFacts } from '../steps/step.js';
import { handoverPath } from '../steps/write-handover.js';
import type { CommandContext } from './command.js';
import { agentBinFolder, type ComputerFacts } from './facts.js';
import { readHandover, refuseOtherPair } from './handover-file.js';
import { runProcedure, unattendedNeeds } from './procedure.js';
import { chooseCertificate, storeCertificateFindings } from './store-certificates.js';

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
const folderOf = (path: string): string | null =>
  /[\\/]/.test(path) ? path.replace(/[\\/][^\\/]*$/, '') : null;

/** The DPM server's .bin: a path, or a bare name beside the handover file, here, or in the agent's DPM\bin as the page has it. */
const resolveDpmCredential = async (
  machine: Machine,
  given: string,
  folders: readonly (string | null)[],
): Promise<string> => {
  if (/[\\/]/.test(given)) return machine.files.absolute(given);
  const tried = folders.filter((folder) => folder !== null);
  for (const folder of tried) {
    const path = machine.files.join(folder, given);
    if ((await machine.files.stat(path))?.kind === 'file') return path;
  }
  throw usageProblem(
    `The DPM server's credential file ${given} is in none of these folders: ${[...new Set(tried)].join(', ')}.`,
    'Copy it from the DPM server, or give its full path with --dpm-credential.',
  );
};

const readDpmCredential = async (
  machine: Machine,
  path: string,
  handover: Handover | null,
): Promise<{ readonly path: string; readonly name: string; readonly sha256: string }> => {
  const entry = await machine.files.stat(path);
  if (entry?.kind !== 'file') {
    throw usageProblem(
      `The DPM server's credential file ${path} ${entry === null ? 'does not exist' : 'is not a plain file'}.`,
      'It is made by "dpm-prep set-credentials" on the DPM server; copy it here.',
    );
  }
  const sha256 = await machine.files.sha256(path);
  const named = handover?.dpmServerCredential;
  if (named && named.sha256 !== sha256) {
    throw checkProblem(
      `${path} is not the file that the handover file names (${named.name}): its content is another. Nothing was changed.`,
      `Copy ${named.name} again from ${handover.dpmServerName}.`,
    );
  }
  return { path, name: entry.name, sha256 };
};

const attachNext = (
  dpmServerName: string,
  psName: string,
  handoverFile: string,
  facts: EarlierFacts,
): NextAction => {
  const bin = credentialFileOf(facts[setDpmServerCertificateId]);
  const psCredential = bin?.name ?? '<the .bin that was written>';
  return {
    side: 'dpm-server',
    computer: dpmServerName,
    instructions: [
      `Copy ${handoverFile} and ${bin?.path ?? psCredential} to one folder on the DPM server.`,
      'Run the command below in that folder, in an elevated prompt.',
    ],
    command: `dpm-prep attach --handover ${handoverFileName(psName)}`,
    documentedCommand: documentedLine({
      kind: 'script',
      tool: tool.attachProductionServerWithCertificate,
      path: '',
      parameters: attachProductionServerWithCertificateParameters({ dpmServerName, psCredential }),
    }),
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

const taken = (answers: Answers, key: 'dpmServerName' | 'psName', text: string | undefined): Answers => {
  if (answers[key] !== undefined || text === undefined) return {};
  const parsed = parseComputerName(text);
  return parsed.ok ? { [key]: parsed.value } : {};
};

/** The protected computer's part of the certificate way. */
export const runCertificateProtected = async (
  context: CommandContext,
  machine: Machine | null,
  facts: ComputerFacts | null,
  install: { readonly installer: string; readonly answers: Answers } | null,
): Promise<Report> => {
  const given = install?.answers ?? context.answers;
  const handover =
    given.handover === undefined || machine === null ? null : await readHandover(machine, given.handover);
  if (handover && facts) refuseOtherPair(handover, facts, 'protected-computer');
  const handed = handover?.dpmServerCredential?.name;
  const known: Answers = {
    ...given,
    auth: 'certificate',
    ...(given.dpmCredential === undefined && handed !== undefined ? { dpmCredential: handed } : {}),
  };
  const suggested = suggestions(facts, handover, known.dpmCredential);
  const prompter = context.prompter;
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
      { key: 'dpmCredential' },
      {
        key: 'dpmServerName',
        ...(suggested.dpmServerName === undefined ? {} : { suggestion: suggested.dpmServerName }),
      },
      { key: 'psName', ...(suggested.psName === undefined ? {} : { suggestion: suggested.psName }) },
      { key: 'outputFilePath', suggestion: outputFolder.path },
    ],
    prompter,
    [
      ...unattendedNeeds(context, { password: false }),
      ...(known.thumbprint === undefined ? [missingAnswer('thumbprint')] : []),
    ],
  );
  const psName = answers.psName.text;
  const dpmServerName = answers.dpmServerName.text;
  const folder = answers.handoverFolder ?? machine?.files.absolute('.') ?? '.';
  const beside = given.handover === undefined ? null : folderOf(given.handover);
  const bin = machine
    ? await readDpmCredential(
        machine,
        await resolveDpmCredential(machine, answers.dpmCredential, [
          beside,
          machine.files.absolute('.'),
          agentBinFolder(facts),
        ]),
        handover,
      )
    : { path: answers.dpmCredential, name: baseName(answers.dpmCredential), sha256: null };
  const thumbprint =
    answers.thumbprint ??
    (machine ? await chooseCertificate(context, machine, { expectedName: psName }) : '<thumbprint>');
  const findings: readonly Finding[] = machine
    ? await storeCertificateFindings(context, machine, { thumbprint, expectedName: psName })
    : [];
  return runProcedure(context, {
    plan: certificateProtectedPlan({
      dpmServerName,
      psName,
      binFolder: agentBinFolder(facts),
      installer: install?.installer ?? null,
      dpmCredential: bin,
      outputFilePath: answers.outputFilePath,
      thumbprint,
      handoverFolder: folder,
      rehearsal: machine?.rehearsal ?? false,
    }),
    machine,
    answers: { ...answers, dpmCredential: bin.path, thumbprint },
    findings,
    next: (earlier) => attachNext(dpmServerName, psName, handoverPath(folder, psName), earlier),
  });
};
