import type { QuestionName } from '../../machine/questions.js';
import { agentInstallers } from './agent-installers.js';
import type { Answerer } from './answer.js';
import { caCertificates } from './ca-certificates.js';
import { certificates } from './certificates.js';
import { clusterResources } from './cluster-resources.js';
import { commandParameters } from './command-parameters.js';
import { computer } from './computer.js';
import { dataSources } from './data-sources.js';
import { dpmModule } from './dpm-module.js';
import { domainController } from './domain-controller.js';
import { firewallRules } from './firewall-rules.js';
import { installation } from './installation.js';
import { installationLog } from './installation-log.js';
import { installedPrograms } from './installed-programs.js';
import { ipsec } from './ipsec.js';
import { lastStart } from './last-start.js';
import { listeningPorts } from './listening-ports.js';
import { localUsers } from './local-users.js';
import { clockDifference, nameResolution, portProbe } from './network.js';
import { protectedComputers } from './protected-computers.js';
import { registryValues } from './registry-values.js';
import { runningJobs } from './running-jobs.js';
import { runningTools } from './running-tools.js';
import { services } from './services.js';
import { trustedRoots } from './trusted-roots.js';
import { volumes } from './volumes.js';

/** The answer of the practice pair to each question. */
export const answers: { readonly [Q in QuestionName]: Answerer<Q> } = {
  computer,
  installation,
  'agent-installers': agentInstallers,
  'installation-log': installationLog,
  'local-users': localUsers,
  'firewall-rules': firewallRules,
  'command-parameters': commandParameters,
  'protected-computers': protectedComputers,
  'data-sources': dataSources,
  'cluster-resources': clusterResources,
  'domain-controller': domainController,
  'last-start': lastStart,
  'running-jobs': runningJobs,
  'running-tools': runningTools,
  'listening-ports': listeningPorts,
  certificates,
  'ca-certificates': caCertificates,
  'registry-values': registryValues,
  services,
  'installed-programs': installedPrograms,
  'trusted-roots': trustedRoots,
  volumes,
  ipsec,
  'dpm-module': dpmModule,
  'name-resolution': nameResolution,
  'port-probe': portProbe,
  'clock-difference': clockDifference,
};
