import { quoted } from '../../answers/replay.js';
import { tool } from '../../dpm/command-lines.js';
import { binFolders } from '../../dpm/locations.js';
import { nextTurn, turnComputer, turnText, type SwitchPlan, type Turn } from '../../dpm/switch-plan.js';
import { documentedLine } from '../../machine/command.js';
import { lineOf } from '../../procedures/plan.js';
import { configurePlan, removePlan } from '../../procedures/switch-auth.js';
import type { NextAction } from '../../run/report.js';
import { attachCertificate } from '../../steps/attach-certificate.js';
import { documentedUninstallation } from '../../steps/uninstall-agent.js';
import { baseName } from '../../application/file-paths.js';

/** The page's own command of a turn, for its first node, from the plan of the computer whose turn it is. */
const documentedOf = (switchPlan: SwitchPlan, turn: Turn, path: string): string => {
  const { dpmServerName, nodes } = switchPlan;
  const [first] = nodes;
  const input = { switchPlan, path, at: new Date() };
  switch (turn.does) {
    case 'remove':
      return lineOf(
        removePlan({
          ...input,
          binFolder: binFolders.dpmServer,
          isNew: false,
          credentials: null,
          ownFile: null,
          folder: '.',
          authorities: [],
        }).plan,
        tool.removeProductionServer,
      );
    case 'clear':
      return documentedUninstallation();
    case 'configure':
      return lineOf(
        configurePlan({
          ...input,
          node: turn.node,
          installer: tool.agentInstaller,
          binFolder: binFolders.protectedComputer,
          dpmCredential: switchPlan.dpmServerCredential?.name ?? "<the DPM server's .bin>",
          dpmCredentialSha256: null,
          outputFilePath: '<folder of the plan file>',
          newFolder: '<folder of the plan file>',
          thumbprint: '<thumbprint>',
          authorities: [],
        }).plan,
        tool.setDpmServer,
      );
    case 'attach':
      return documentedLine(
        attachCertificate({
          binFolder: binFolders.dpmServer,
          dpmServerName,
          psName: first?.name ?? '',
          psCredential: first?.credential?.name ?? '<the .bin of the node>',
          sha256: null,
          lastAttach: null,
          listedBeforeCut: null,
        }).command({}),
      );
  }
};

/** What must come along: the plan file, and the credential files that the rest of the way needs. */
const luggage = (plan: SwitchPlan, planFile: string): string => {
  const files = [
    ...(plan.dpmServerCredential === null ? [] : [plan.dpmServerCredential.name]),
    ...plan.nodes.flatMap(({ credential }) => (credential === null ? [] : [credential.name])),
  ];
  return `Copy ${[planFile, ...files].join(', ')} to one folder there. Copy all of them on to each next computer.`;
};

/** Who is next, with what, and which command to run there; null: nobody, the switch is done. */
export const nextAction = (plan: SwitchPlan, planFile: string): NextAction | null => {
  const turn = nextTurn(plan);
  if (turn === null) return null;
  const computer = turnComputer(plan, turn);
  const command = `dpm-prep switch-auth --plan ${quoted(baseName(planFile))}${turn.does === 'configure' ? ' --accept-eula' : ''}`;
  return {
    side: turn.on === 'dpm-server' ? 'dpm-server' : 'protected-computer',
    computer,
    instructions: [
      luggage(plan, planFile),
      `Run the command below in that folder, in an elevated prompt. ${computer} has to ${turnText[turn.does]}.`,
    ],
    command,
    documentedCommand: documentedOf(plan, turn, planFile),
    handoverFile: planFile,
  };
};
