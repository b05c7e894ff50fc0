import {
  attachProductionServerWithCertificateParameters,
  removeProductionServerParameters,
  setDpmServerCertificateArguments,
  tool,
  uninstallAgentArguments,
} from '../../dpm/command-lines.js';
import { nextTurn, turnComputer, turnText, type SwitchPlan, type Turn } from '../../dpm/switch-plan.js';
import { documentedLine, type Command } from '../../machine/command.js';
import type { NextAction } from '../../run/report.js';
import { baseName } from '../../application/file-paths.js';

const script = (name: string, parameters: Readonly<Record<string, string>>): Command => ({
  kind: 'script',
  tool: name,
  path: '',
  parameters,
});
const program = (name: string, args: readonly string[]): Command => ({
  kind: 'program',
  tool: name,
  path: '',
  arguments: args,
});

/** The page's own command of a turn, for its first node. */
const documentedOf = (plan: SwitchPlan, turn: Turn): Command => {
  const { dpmServerName, nodes } = plan;
  const first = nodes[0];
  switch (turn.does) {
    case 'remove':
      return script(
        tool.removeProductionServer,
        removeProductionServerParameters({ dpmServerName, psName: first?.name ?? '' }),
      );
    case 'clear':
      return program(tool.msiexec, uninstallAgentArguments({ productCode: '<product code of the agent>' }));
    case 'configure':
      return program(
        tool.setDpmServer,
        setDpmServerCertificateArguments({
          dpmCredential: plan.dpmServerCredential?.name ?? "<the DPM server's .bin>",
          outputFilePath: '<folder of the plan file>',
          thumbprint: '<thumbprint>',
        }),
      );
    case 'attach':
      return script(
        tool.attachProductionServerWithCertificate,
        attachProductionServerWithCertificateParameters({
          dpmServerName,
          psCredential: first?.credential?.name ?? '<the .bin of the node>',
        }),
      );
  }
};

/** What must come along: the plan file, and the credential files that the rest of the way needs. */
const luggage = (plan: SwitchPlan, planFile: string): string => {
  const files = [
    ...(plan.dpmServerCredential === null ? [] : [plan.dpmServerCredential.name]),
    ...plan.nodes.flatMap(({ credential }) => (credential === null ? [] : [credential.name])),
  ];
  return `Copy ${[planFile, ...files].join(', ')} to one folder there. Carry all of them on, from computer to computer.`;
};

/** Who is next, with what, and which command to run there; null: nobody, the switch is done. */
export const nextAction = (plan: SwitchPlan, planFile: string): NextAction | null => {
  const turn = nextTurn(plan);
  if (turn === null) return null;
  const computer = turnComputer(plan, turn);
  const command = [
    'dpm-prep switch-auth --plan',
    baseName(planFile),
    ...(turn.does === 'configure' ? ['--accept-eula'] : []),
  ].join(' ');
  return {
    side: turn.on === 'dpm-server' ? 'dpm-server' : 'protected-computer',
    computer,
    instructions: [
      luggage(plan, planFile),
      `Run the command below in that folder, in an elevated prompt. ${computer} has to ${turnText[turn.does]}.`,
    ],
    command,
    documentedCommand: documentedLine(documentedOf(plan, turn)),
    handoverFile: planFile,
  };
};
