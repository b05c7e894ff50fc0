import type { Finding } from '../checks/check.js';
import { runChecks } from '../checks/run-checks.js';
import { cleanText } from '../clean.js';
import { windowsCommands } from '../dpm/windows-commands.js';
import type { Machine } from '../machine/machine.js';
import { agentOwner } from './agent-owner.js';
import { agentVersion } from './agent-version.js';
import { bootVolume } from './boot-volume.js';
import { clock } from './clock.js';
import { clusterAuthentication } from './cluster.js';
import { dotNet35 } from './dot-net-35.js';
import { dotNet4 } from './dot-net-4.js';
import { disjointNamespace, domainController } from './domain.js';
import { dpmModule, dpmScripts, dpmVersion } from './dpm-server.js';
import { elevation } from './elevation.js';
import { firewall } from './firewall.js';
import { forceGuest } from './force-guest.js';
import { freeSpace, protectableVolumes } from './free-space.js';
import { ipsec } from './ipsec.js';
import { listedComputers } from './listed-computers.js';
import { listeners } from './listeners.js';
import { accountInUse, localUser } from './local-user.js';
import { nameFormCheck } from './name-form.js';
import { nameResolution } from './name-resolution.js';
import { netbiosConflict } from './netbios-conflict.js';
import { ntlmPolicy } from './ntlm-policy.js';
import { ownName } from './own-name.js';
import { peerRoot } from './peer-root.js';
import { pendingRestart } from './pending-restart.js';
import { portCheck } from './port.js';
import { role } from './role.js';
import { runningJobs } from './running-jobs.js';
import { serviceChecks } from './service.js';
import { sqlOleDb } from './sql-ole-db.js';
import { PreflightSubject, type PreflightCheck, type PreflightFacts } from './subject.js';
import { visualCpp2012, visualCpp2013, visualCpp2022 } from './visual-cpp.js';
import { windowsVersion } from './windows-version.js';
import { managementFramework } from './wmf.js';

export { clusterNote } from './cluster.js';
export { noFacts, type PeerRoot, type PreflightFacts } from './subject.js';

/** Every check, in the order in which findings are shown: the computer, names, network, policies, software, DPM. */
export const preflightChecks: readonly PreflightCheck[] = [
  role,
  elevation,
  clusterAuthentication,
  windowsVersion,
  domainController,
  pendingRestart,
  ownName,
  nameFormCheck,
  nameResolution,
  netbiosConflict,
  disjointNamespace,
  ...[135, 5718, 5719, 6076].map(portCheck),
  peerRoot,
  listedComputers,
  listeners,
  firewall,
  ipsec,
  clock,
  ntlmPolicy,
  forceGuest,
  localUser,
  accountInUse,
  visualCpp2012,
  visualCpp2013,
  visualCpp2022,
  dotNet35,
  dotNet4,
  managementFramework,
  ...serviceChecks,
  bootVolume,
  freeSpace,
  protectableVolumes,
  sqlOleDb,
  agentOwner,
  agentVersion,
  runningJobs,
  dpmModule,
  dpmScripts,
  dpmVersion,
];

export interface PreflightOptions {
  /** Ids that the user demoted. */
  readonly ignore?: readonly string[];
  /** A check that takes longer ends as could-not-check, in milliseconds. */
  readonly timeoutMs?: number;
  /** Ids of the checks to run; absent: all of them. */
  readonly only?: ReadonlySet<string>;
}

const isCommand = new RegExp(`^${windowsCommands} `);

/** Advice is read where both computers are at hand: a command says on which one it runs. */
const placed = (text: string): string => (isCommand.test(text) ? `On this computer: ${text}` : text);

const clean = (finding: Finding): Finding => ({
  ...finding,
  found: cleanText(finding.found),
  ...(finding.fix === undefined ? {} : { fix: finding.fix.map((text) => placed(cleanText(text))) }),
});

/**
 * Everything that can be known before anything is changed. All checks run side by side, each question is asked once,
 * and it takes as long as the slowest. Changes nothing.
 */
export const preflight = async (
  machine: Machine,
  facts: PreflightFacts,
  options: PreflightOptions = {},
): Promise<readonly Finding[]> => {
  const { only, ...checking } = options;
  const checks = only === undefined ? preflightChecks : preflightChecks.filter(({ id }) => only.has(id));
  const findings = await runChecks(checks, new PreflightSubject(machine, facts), {
    ...checking,
    subject: machine.label,
  });
  return findings.map(clean);
};
