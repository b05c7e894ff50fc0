import { complete, isAboutAnswer, untilUsable } from '../../answers/complete.js';
import { setDpmCredentialsParameters, tool } from '../../dpm/command-lines.js';
import { handoverFileName } from '../../dpm/handover.js';
import { outputFolder } from '../../dpm/locations.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem } from '../../problem.js';
import type { Journal } from '../../run/journal.js';
import { report, type Report } from '../../run/report.js';
import { agentIsInstalled } from '../../steps/agent.js';
import { resolveInstaller } from '../../application/agent-installer.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import type { ComputerFacts } from '../../application/facts.js';
import { credentialsNearby, handoversNearby, type NearbyHandover } from '../../application/nearby.js';
import { judgeDpmCredential } from '../../application/dpm-credential.js';
import { folderOf } from '../../application/file-paths.js';
import { existingJournal, lastNtlmNames } from '../../application/past-runs.js';
import { runCertificateProtected } from '../../application/protected-computer/certificate.js';
import { runNtlmProtected } from '../../application/protected-computer/ntlm.js';
import { withMethod } from './method.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

/** NTLM is configured here, and certificates are wanted: that is a different procedure, which begins on the DPM server. */
const refuseSwitch = (context: CommandContext<Keys>, machine: Machine, { computer }: ComputerFacts): void => {
  const before = lastNtlmNames(context, machine);
  if (before === null || context.answers.auth !== 'certificate') return;
  throw checkProblem(
    `${computer.netbiosName} is configured for NTLM authentication with ${before.dpmServerName ?? 'its DPM server'}. A switch to certificates first removes the computer there and uninstalls the agent here. Nothing was changed.`,
    `Begin on the DPM server: dpm-prep switch-auth --plan ${computer.netbiosName}.switch.json --ps-name ${before.psName ?? computer.netbiosName}`,
    'Then, with the plan file, here: dpm-prep switch-auth --plan <file>',
  );
};

/** What the DPM server must do first, for whoever has nothing from it yet. */
const beginOnServer = (context: CommandContext<Keys>, facts: ComputerFacts): Report => {
  const psName = facts.computer.fqdn ?? facts.computer.netbiosName;
  return report({
    command: context.spec.name,
    rehearsal: context.answers.rehearse === true || context.answers.world !== undefined,
    computer: facts.computer.netbiosName,
    exitCode: exitCode.otherMachineNext,
    notes: ['Nothing was changed on this computer. Your answers are kept.'],
    next: {
      side: 'dpm-server',
      computer: context.answers.dpmServerName?.text ?? null,
      instructions: [
        'The DPM server writes the credential file (.bin). For this it needs its own certificate.',
        'Run the command below there, in an elevated prompt. It writes the .bin and a handover file.',
        `Copy the .bin and ${handoverFileName(psName)} to one folder on this computer.`,
        'Then continue on this computer: dpm-prep again',
      ],
      command: `dpm-prep set-credentials --action configure --ps-name ${psName}`,
      documentedCommand: `${tool.setDpmCredentials} ${Object.entries(
        setDpmCredentialsParameters({
          dpmServerName: '<DPM server>',
          action: 'Configure',
          outputFilePath: outputFolder.path,
          thumbprint: '<thumbprint>',
        }),
      )
        .map(([name, value]) => `-${name} ${value}`)
        .join(' ')}`,
      handoverFile: null,
    },
  });
};

/** The .bin that a handover file names must be there too: it is copied along with the file. */
const judgeHandedCredential = async (
  machine: Machine,
  facts: ComputerFacts,
  journal: Journal | null,
  { path, handover }: NearbyHandover,
): Promise<void> => {
  const named = handover.dpmServerCredential;
  if (named === null) return;
  const { dpmServerName } = handover;
  await judgeDpmCredential(machine, facts, {
    journal,
    beside: folderOf(path),
    named: { ...named, by: 'the handover file', dpmServerName },
  })(named.name);
};

const enterPath = 'enter';
const noneYet = 'none';

/** What came from the DPM server: its handover file, or only its .bin. Null: nothing yet. */
const withServerFiles = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<CommandContext<Keys> | null> => {
  const { answers, prompter } = context;
  if (prompter === null || answers.handover !== undefined || answers.dpmCredential !== undefined) {
    return context;
  }
  const handovers = (await handoversNearby(machine, facts, 'protected-computer')).filter(
    ({ handover }) => handover.method === 'certificate' && handover.dpmServerCredential !== null,
  );
  const credentials = await credentialsNearby(machine, facts);
  const journal = existingJournal(context, machine);
  const judge = judgeDpmCredential(machine, facts, { journal, beside: null, named: null });
  const handedIn = (chosen: string): NearbyHandover | undefined =>
    handovers.find(({ path }) => path === chosen);
  const chosen = await untilUsable(prompter, {
    ask: async () =>
      prompter.choose<string>('The .bin that Set-DPMCredentials wrote on the DPM server:', [
        ...handovers.map(({ choice }) => ({ ...choice, name: `With the handover file ${choice.name}` })),
        ...credentials,
        { value: enterPath, name: 'Enter the path of the .bin' },
        { value: noneYet, name: 'I have no .bin yet: what must the DPM server do?' },
      ]),
    judge: async (path) => {
      if (path === noneYet || path === enterPath) return;
      const handed = handedIn(path);
      await (handed === undefined ? judge(path) : judgeHandedCredential(machine, facts, journal, handed));
    },
    isAboutAnswer,
  });
  if (chosen === noneYet) {
    prompter.again(null);
    return null;
  }
  if (chosen === enterPath) {
    const entered = await complete(answers, [{ key: 'dpmCredential', judge }], prompter);
    return { ...context, answers: entered };
  }
  const found = handedIn(chosen) === undefined ? { dpmCredential: chosen } : { handover: chosen };
  return { ...context, answers: { ...answers, ...found } };
};

/** The protected computer's part, by the method that is wanted. */
export const guideProtected = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const chosen = await withMethod(context, machine, 'protected-computer');
  refuseSwitch(chosen, machine, facts);
  // Without the .bin the rest of the questions leads nowhere, so it comes first.
  const known =
    chosen.answers.auth === 'certificate' ? await withServerFiles(chosen, machine, facts) : chosen;
  if (known === null) return beginOnServer(chosen, facts);
  // A DPM server has the agent's tools already.
  const hasAgent = agentIsInstalled(facts.installation) || facts.installation.role === 'dpm-server';
  const install = hasAgent ? null : await resolveInstaller(known, machine, facts);
  return known.answers.auth === 'certificate'
    ? runCertificateProtected(known, machine, facts, install)
    : runNtlmProtected(known, machine, facts, install);
};
