import { complete } from '../../answers/complete.js';
import type { Answers } from '../../answers/parameters.js';
import { carriesName, computerOfCredentialFile } from '../../dpm/credential-file.js';
import { attachProductionServerWithCertificateParameters, tool } from '../../dpm/command-lines.js';
import { carriableAuthorities } from '../../dpm/carried-file.js';
import { handoverFileName } from '../../dpm/handover.js';
import { outputFolder } from '../../dpm/locations.js';
import { mayBeSameComputer, parseComputerName } from '../../dpm/names.js';
import { documentedLine } from '../../machine/command.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem } from '../../problem.js';
import { handoverByHandPlan } from '../../procedures/certificate.js';
import type { NextAction } from '../../run/report.js';
import { ownersOf } from '../../steps/agent.js';
import { credentialFileOf, type CredentialFile } from '../../steps/credential-files.js';
import { setDpmServerCertificateId } from '../../steps/set-dpm-server-certificate.js';
import { handoverPath } from '../../steps/write-handover.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { findDpmCredential } from '../../application/dpm-credential.js';
import { agentBinFolder, computerFacts, requireAgent, type ComputerFacts } from '../../application/facts.js';
import { baseName, resolveFile } from '../../application/file-paths.js';
import { refuseNotCredential } from '../../application/judge-path.js';
import { requiredMachineFor } from '../../application/machine.js';
import { existingJournal } from '../../application/past-runs.js';
import { authoritiesAbove } from '../../application/peer-roots.js';
import { runProcedure, unattendedNeeds } from '../../application/procedure.js';
import { storeCertificateFindings } from '../../application/store-certificates.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

/** What is refused here would spring the trap on the DPM server, or could never work there. */
const refused = (why: string): Error =>
  checkProblem(
    `${why} Nothing was changed.`,
    'Safer: make a new .bin and its handover file. Run here: dpm-prep set-dpm-server --auth certificate',
  );

const ownBin = async (machine: Machine, facts: ComputerFacts, given: string): Promise<CredentialFile> => {
  const path = await resolveFile(
    machine,
    given,
    [machine.files.absolute('.'), outputFolder.path, agentBinFolder(facts)],
    {
      what: 'The credential file',
      fix: 'Give the full path of the .bin that SetDpmServer wrote, with --ps-credential.',
    },
  );
  const entry = await machine.files.stat(path);
  if (entry?.kind !== 'file') {
    throw usageProblem(
      `The credential file ${path} ${entry === null ? 'does not exist' : 'is not a plain file'}.`,
      'Give the full path of the .bin that SetDpmServer wrote, with --ps-credential.',
    );
  }
  await refuseNotCredential(machine, path, entry.size);
  return { path, name: entry.name, sha256: await machine.files.sha256(path) };
};

/** Refuses what shows that this agent is not configured by certificate for that DPM server. */
const judgeAgent = ({ installation }: ComputerFacts, dpmServerName: string): void => {
  const owners = ownersOf(installation);
  if (owners.length > 0 && !owners.some((owner) => mayBeSameComputer(owner, dpmServerName))) {
    throw refused(`The agent belongs to ${owners.join(', ')}, not to ${dpmServerName}.`);
  }
  const service = installation.services.find(({ name }) => /cpwrapper/i.test(name));
  if (service === undefined || service.state === 'absent' || service.startMode === 'disabled') {
    throw refused(
      `The service DpmCPWrapperService is ${service === undefined || service.state === 'absent' ? 'missing' : 'disabled'}, so SetDpmServer did not configure this agent by certificate.`,
    );
  }
};

const judgeFiles = (
  own: CredentialFile,
  server: CredentialFile,
  names: { readonly dpmServerName: string; readonly psName: string },
): void => {
  if (own.sha256 === server.sha256) {
    throw refused(
      `${own.path} has the same content as ${server.path}, so it is the DPM server's own .bin. With it, the attach script removes every computer that is protected by certificate.`,
    );
  }
  if (carriesName(own.name, names.dpmServerName) && !carriesName(own.name, names.psName)) {
    throw refused(
      `The name of ${own.path} contains ${names.dpmServerName}, so it may be the DPM server's own .bin.`,
    );
  }
};

const next = (
  names: { readonly dpmServerName: string; readonly psName: string },
  own: CredentialFile,
  file: string,
): NextAction => ({
  side: 'dpm-server',
  computer: names.dpmServerName,
  instructions: [
    `Copy ${file} and ${own.path} to one folder on the DPM server.`,
    `Run the command below in that folder, in an elevated prompt. It asks for the name ${names.psName}, because dpm-prep did not see SetDpmServer write this .bin.`,
  ],
  command: `dpm-prep attach --handover ${handoverFileName(names.psName)} --confirm ${names.psName}`,
  documentedCommand: documentedLine({
    kind: 'script',
    tool: tool.attachProductionServerWithCertificate,
    parameters: attachProductionServerWithCertificateParameters({
      dpmServerName: names.dpmServerName,
      psCredential: own.name,
    }),
  }),
  handoverFile: file,
});

/** A suggestion that is taken where nobody can be asked. */
const taken = (
  context: CommandContext<Keys>,
  key: 'dpmServerName' | 'psName',
  text: string | undefined,
): Pick<Answers, 'dpmServerName' | 'psName'> => {
  if (context.prompter !== null || context.answers[key] !== undefined || text === undefined) return {};
  const parsed = parseComputerName(text);
  return parsed.ok ? { [key]: parsed.value } : {};
};

/** dpm-prep itself saw SetDpmServer write this very file here. */
const wasSeen = (context: CommandContext, machine: Machine, own: CredentialFile): boolean =>
  (existingJournal(context, machine)?.entries ?? []).some(
    (entry) =>
      entry.event === 'verified' &&
      entry.state === 'verified' &&
      entry.step === setDpmServerCertificateId &&
      credentialFileOf(entry.facts)?.sha256 === own.sha256,
  );

const notChecked = (own: CredentialFile, thumbprint: string | undefined): readonly string[] => [
  `Not checked: whether SetDpmServer wrote ${own.path}. The format of the file is not documented.`,
  'Not checked: whether SetDpmServer was run again since; only the last .bin can be attached.',
  ...(thumbprint === undefined
    ? ['Not checked: which certificate SetDpmServer was given. To check it, add --thumbprint <hex>.']
    : []),
];

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await requiredMachineFor(context, 'protected-computer');
  const facts = await computerFacts(machine);
  requireAgent(facts, context.spec.name);
  const { dpmCredential } = context.answers;
  const fromFile = dpmCredential === undefined ? null : computerOfCredentialFile(baseName(dpmCredential));
  const server = fromFile ?? ownersOf(facts.installation)[0];
  const own = facts.computer.fqdn ?? facts.computer.netbiosName;
  const answers = await complete(
    {
      ...context.answers,
      ...taken(context, 'dpmServerName', server),
      ...taken(context, 'psName', own),
    },
    [
      {
        key: 'psCredential',
        judge: async (given) => {
          await ownBin(machine, facts, given);
        },
      },
      {
        key: 'dpmCredential',
        judge: async (given) => {
          await findDpmCredential({ machine, facts, given, beside: null, named: null });
        },
      },
      { key: 'dpmServerName', ...(server === undefined ? {} : { suggestion: server }) },
      { key: 'psName', suggestion: own },
    ],
    context.prompter,
    unattendedNeeds(context),
  );
  const names = { dpmServerName: answers.dpmServerName.text, psName: answers.psName.text };
  if (
    ![facts.computer.netbiosName, facts.computer.fqdn].some(
      (one) => one !== null && mayBeSameComputer(one, names.psName),
    )
  ) {
    throw refused(`This computer is ${own}, not ${names.psName}.`);
  }
  const file = await ownBin(machine, facts, answers.psCredential);
  const serverFile = await findDpmCredential({
    machine,
    facts,
    given: answers.dpmCredential,
    beside: null,
    named: null,
  });
  judgeFiles(file, serverFile, names);
  judgeAgent(facts, names.dpmServerName);
  const { thumbprint } = answers;
  const folder = answers.handoverFolder ?? machine.files.absolute('.');
  const { path: _path, ...protectedComputerCredential } = file;
  const { path: _serverPath, ...dpmServerCredential } = serverFile;
  const witnessed = wasSeen(context, machine, file);
  return runProcedure(context, {
    plan: handoverByHandPlan({
      ...names,
      witnessed,
      thumbprint: thumbprint ?? null,
      authorities: carriableAuthorities(await authoritiesAbove(machine, thumbprint)),
      dpmServerCredential,
      protectedComputerCredential,
      handoverFolder: folder,
      rehearsal: machine.rehearsal,
    }),
    machine,
    answers: { ...answers, psCredential: file.path, dpmCredential: serverFile.path },
    findings:
      thumbprint === undefined
        ? []
        : await storeCertificateFindings(context, machine, { thumbprint, expectedName: names.psName }),
    next: () => next(names, file, handoverPath(folder, names.psName)),
    notes: () => (witnessed ? [] : notChecked(file, thumbprint)),
  });
};

export default { run } satisfies CommandModule<Keys>;
