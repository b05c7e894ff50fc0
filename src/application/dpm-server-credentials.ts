import { complete, missingAnswer } from '../answers/complete.js';
import type { Answers } from '../answers/parameters.js';
import { quoted } from '../answers/replay.js';
import { binFolders, outputFolder } from '../dpm/locations.js';
import { carriableAuthorities } from '../dpm/carried-file.js';
import { handoverFileName } from '../dpm/handover.js';
import { tool, type SetDpmCredentials } from '../dpm/command-lines.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import { certificateProtectedPlan, setCredentialsPlan } from '../procedures/certificate.js';
import { lineOf } from '../procedures/plan.js';
import type { NextAction, Report } from '../run/report.js';
import { copyCredentialId, credentialFileOf } from '../steps/credential-files.js';
import type { EarlierFacts } from '../steps/step.js';
import { handoverPath } from '../steps/write-handover.js';
import type { CommandContext } from './command.js';
import { lastMadeHere, recordedOwnFiles } from './credential-facts.js';
import type { ComputerFacts } from './facts.js';
import { inventoryOf } from './inventory.js';
import { judgeOutputFolder } from './judge-path.js';
import { newFolderFor } from './new-folder.js';
import { configuredThumbprint, existingJournal } from './past-runs.js';
import type { ProcedureKey } from './parameter-groups.js';
import { authoritiesAbove } from './peer-roots.js';
import { runProcedure, unattendedNeeds } from './procedure.js';
import { chooseCertificate, storeCertificateFindings } from './store-certificates.js';

export type SetCredentialsKey =
  | ProcedureKey
  | 'action'
  | 'dpmServerName'
  | 'outputFilePath'
  | 'thumbprint'
  | 'authCaThumbprint'
  | 'psName'
  | 'inventory'
  | 'handoverFolder';

/** 33230: nothing was configured that could be generated again. Known from our own runs, or from the running service. */
const refuseRegenerateFirst = (context: CommandContext, machine: Machine, facts: ComputerFacts): void => {
  const recorded = recordedOwnFiles(existingJournal(context, machine));
  const service = facts.installation.services.find(({ name }) => /cpwrapper/i.test(name));
  if (recorded.length > 0 || service?.state === 'running') return;
  throw checkProblem(
    'Nothing shows that this DPM server was configured for certificates before, so there is nothing to regenerate (ID 33230). Nothing was changed.',
    'Configure it first: dpm-prep set-credentials --action configure',
  );
};

const next = (
  dpmServerName: string,
  psNames: readonly string[],
  folder: string,
  facts: EarlierFacts,
  workload: Answers['workload'],
): NextAction => {
  const bin = credentialFileOf(facts[copyCredentialId]);
  const psName = psNames[0];
  const handover = psName === undefined ? null : handoverPath(folder, psName);
  const dpmCredential = bin?.name ?? '<the .bin that was written>';
  const many = psNames.length > 1 ? ' (each computer gets its own handover file; all get the same .bin)' : '';
  return {
    side: 'protected-computer',
    computer: psNames.length === 1 ? (psName ?? null) : null,
    instructions: [
      `Copy ${bin?.path ?? dpmCredential}${handover === null ? '' : ` and ${handover}`} to one folder there${many}.`,
      'Run the command below in that folder, in an elevated prompt. The agent must be installed first: dpm-prep install-agent',
    ],
    command: [
      'dpm-prep set-dpm-server --auth certificate',
      ...(psName === undefined
        ? ['--dpm-credential', bin === null ? dpmCredential : quoted(dpmCredential)]
        : ['--handover', handoverFileName(psName)]),
      ...(workload?.includes('secondary-dpm-server') === true ? ['--workload', 'secondary-dpm-server'] : []),
    ].join(' '),
    documentedCommand: lineOf(
      certificateProtectedPlan({
        dpmServerName,
        psName: psName ?? '<computer>',
        binFolder: binFolders.protectedComputer,
        installer: null,
        dpmCredential: { path: dpmCredential, name: dpmCredential, sha256: bin?.sha256 ?? null },
        outputFilePath: outputFolder.path,
        newFolder: outputFolder.path,
        sinceChanged: (step) => step,
        thumbprint: '<thumbprint>',
        authorities: [],
        dpmServerAuthorities: [],
        handoverFolder: '.',
        rehearsal: false,
        onceNtlmFor: null,
      }),
      tool.setDpmServer,
    ),
    handoverFile: handover,
  };
};

/** Configures the DPM server, or generates its lost credential file again. */
export const runSetCredentials = async (
  context: CommandContext<SetCredentialsKey>,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const { prompter } = context;
  const own = facts?.computer.fqdn ?? facts?.computer.netbiosName;
  const action = context.answers.action ?? 'configure';
  if (action === 'regenerate' && machine && facts) refuseRegenerateFirst(context, machine, facts);
  const answers = await complete(
    context.answers,
    [
      { key: 'dpmServerName', ...(own === undefined ? {} : { suggestion: own }) },
      { key: 'outputFilePath', suggestion: outputFolder.path, judge: judgeOutputFolder(machine) },
    ],
    prompter,
    [
      ...unattendedNeeds(context),
      ...(action === 'configure' && context.answers.thumbprint === undefined
        ? [missingAnswer('thumbprint')]
        : []),
    ],
  );
  const dpmServerName = answers.dpmServerName.text;
  const certificate = {
    expectedName: facts?.computer.fqdn ?? dpmServerName,
    ...(answers.authCaThumbprint === undefined ? {} : { authCaThumbprint: answers.authCaThumbprint }),
  };
  const thumbprint =
    answers.thumbprint ??
    (action === 'configure' && machine ? await chooseCertificate(context, machine, certificate) : undefined);
  const findings =
    machine && thumbprint !== undefined
      ? await storeCertificateFindings(context, machine, { ...certificate, thumbprint })
      : [];
  const entries = await inventoryOf(context, machine);
  const psNames = [
    ...(answers.psName === undefined ? [] : [answers.psName.text]),
    ...entries.flatMap(({ psName, method }) => (method === 'ntlm' ? [] : [psName])),
  ];
  const byNtlm = entries.filter(({ method }) => method === 'ntlm');
  const common = {
    dpmServerName,
    outputFilePath: answers.outputFilePath,
    ...(answers.authCaThumbprint === undefined ? {} : { authCaThumbprint: answers.authCaThumbprint }),
  };
  const credentials: SetDpmCredentials =
    action === 'configure'
      ? { ...common, action: 'Configure', thumbprint: thumbprint ?? '<thumbprint>' }
      : { ...common, action: 'Regenerate', ...(thumbprint === undefined ? {} : { thumbprint }) };
  const handoverFolder = answers.handoverFolder ?? machine?.files.absolute('.') ?? '.';
  return runProcedure(context, {
    plan: setCredentialsPlan({
      credentials,
      newFolder: newFolderFor(machine),
      authorities: carriableAuthorities(
        await authoritiesAbove(
          machine,
          thumbprint ?? (machine ? configuredThumbprint(context, machine) : undefined),
        ),
      ),
      lastMade: lastMadeHere(existingJournal(context, machine)),
      psNames,
      handoverFolder,
      rehearsal: machine?.rehearsal ?? false,
    }),
    machine,
    answers: { ...answers, action, ...(thumbprint === undefined ? {} : { thumbprint }) },
    findings,
    next: (earlier) => next(dpmServerName, psNames, handoverFolder, earlier, answers.workload),
    notes: () => [
      ...(byNtlm.length === 0
        ? []
        : [
            `No handover file for the rows with the method ntlm: ${byNtlm.map(({ psName }) => psName).join(', ')}.`,
          ]),
      'Repeat this on every DPM server that is to protect a computer in a workgroup or an untrusted domain. "dpm-prep status" there says whether it is configured for certificates.',
      "This .bin is the DPM server's own. Copy it to the protected computers, but never attach with it: that removes every computer that is protected by certificate.",
    ],
  });
};
