import type { QuestionName } from '../../machine/questions.js';
import { checkProblem } from '../../problem.js';
import { agentInstallers } from './agent-installers.js';
import type { Asked } from './answer.js';
import { commandParameters } from './command-parameters.js';
import { computer } from './computer.js';
import { dataSources } from './data-sources.js';
import { firewallRules } from './firewall-rules.js';
import { installation } from './installation.js';
import { installationLog } from './installation-log.js';
import { lastStart } from './last-start.js';
import { listeningPorts } from './listening-ports.js';
import { localUsers } from './local-users.js';
import { protectedComputers } from './protected-computers.js';
import { runningTools } from './running-tools.js';

type AnyAnswerer = (asked: Asked, input: never) => unknown;

const known: Partial<Record<QuestionName, AnyAnswerer>> = {
  computer,
  installation,
  'agent-installers': agentInstallers,
  'installation-log': installationLog,
  'local-users': localUsers,
  'firewall-rules': firewallRules,
  'command-parameters': commandParameters,
  'protected-computers': protectedComputers,
  'running-tools': runningTools,
  'data-sources': dataSources,
  'last-start': lastStart,
  'listening-ports': listeningPorts,
};

/** The answer of the practice pair to each question. */
export const answers = new Proxy({} as Record<QuestionName, (asked: Asked, input: unknown) => unknown>, {
  get: (_target, question: QuestionName) => (asked: Asked, input: unknown) => {
    const answerer = known[question];
    if (!answerer) throw checkProblem(`The practice pair does not answer the question "${question}".`);
    return answerer(asked, input as never);
  },
});
