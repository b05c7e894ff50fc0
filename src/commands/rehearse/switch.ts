import type { Answers } from '../../answers/parameters.js';
import { handoverFileName } from '../../dpm/handover.js';
import { nextTurn, turnComputer, type SwitchPlan } from '../../dpm/switch-plan.js';
import type { World } from '../../rehearsal/world.js';
import { readSwitchPlan } from '../../application/switch-plan-file.js';
import { valid, type Act, type Rehearsal } from './act.js';
import { enrolledFor, importOf } from './certificate.js';
import { ntlmActs } from './ntlm.js';

const domain = 'corp.contoso.com';
const clusterName = 'Cluster01';

const nodeName = (index: number): string => `Node${String(index + 1).padStart(2, '0')}.${domain}`;

/** What the switch begins with: a cluster whose nodes are attached by NTLM, and a certificate on every computer. */
const prelude = async function* (
  world: World,
  dpmServer: string,
  nodes: readonly string[],
): AsyncGenerator<Act> {
  for (const [index, node] of nodes.entries()) {
    const acts = ntlmActs(
      {
        dpmServerName: valid('dpmServerName', dpmServer),
        psName: valid('psName', node),
        userName: `mark${String(index + 1)}`,
        suffix: undefined,
      },
      world.exchangeFolder,
      `${world.exchangeFolder}/${handoverFileName(node)}`,
      node,
    );
    // What somebody did although Microsoft's page says that it is not supported: that is why there is a switch.
    for (const act of acts) {
      yield act.command === 'set-dpm-server'
        ? { ...act, answers: { ...act.answers, ignore: ['cluster-authentication'] } }
        : act;
    }
  }
  for (const [computer, enrolled] of Object.entries(await world.enrol())) {
    yield importOf(computer === dpmServer ? 'dpm-server' : 'protected-computer', enrolled, computer);
  }
};

const readPlan = async (world: World, path: string): Promise<SwitchPlan | null> =>
  readSwitchPlan(world.machine('dpm-server'), path);

/** A restart is between two acts of the same node: what a person would do there. */
const restartIfNeeded = async (world: World, plan: SwitchPlan): Promise<void> => {
  const turn = nextTurn(plan);
  if (turn?.on !== 'node' || turn.does !== 'clear') return;
  const { restartNeeded, done, name } = turn.node;
  if (restartNeeded && done.agentUninstalled !== null && done.restarted === null) await world.restart(name);
};

/** "Switch between NTLM and Certificate authentication": the plan file goes round a practice cluster. */
export const switchRehearsal = (answers: Answers): Rehearsal => {
  const dpmServer = answers.dpmServerName?.text ?? `Server01.${domain}`;
  const nodes = Array.from({ length: answers.nodes ?? 3 }, (_none, index) => nodeName(index));
  const acts = async function* (world: World): AsyncGenerator<Act> {
    const plan = `${world.exchangeFolder}/${clusterName}.switch.json`;
    let state = await readPlan(world, plan);
    // Once the switch has begun, its nodes are not to be attached by NTLM again.
    if (state === null) yield* prelude(world, dpmServer, nodes);
    const certificates = await world.enrol();
    for (;;) {
      if (state !== null) await restartIfNeeded(world, state);
      const turn = state === null ? null : nextTurn(state);
      if (state !== null && turn === null) return;
      const computer = state === null || turn === null ? dpmServer : turnComputer(state, turn);
      yield {
        side: computer === dpmServer ? 'dpm-server' : 'protected-computer',
        on: computer,
        command: 'switch-auth',
        answers: {
          plan,
          acceptEula: true,
          ...(state === null ? { clusterName, dpmServerName: valid('dpmServerName', dpmServer) } : {}),
          thumbprint: (await enrolledFor(world, computer)).thumbprint,
          importRoot: Object.values(certificates).map(({ root }) => root),
        },
      };
      state = await readPlan(world, plan);
    }
  };
  return {
    dpmServer,
    computers: nodes,
    cluster: clusterName,
    acts,
  };
};
