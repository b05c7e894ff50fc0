import { mayBeSameComputer } from '../dpm/names.js';
import type { Answer } from '../machine/questions.js';
import type { Machine } from '../machine/machine.js';
import type { Facts } from './step.js';

export type Installation = Answer<'installation'>;

/** True if an agent is there that can be configured: its folder is known and its service is registered. */
export const agentIsInstalled = (installation: Installation): boolean =>
  installation.role === 'protected-computer' &&
  installation.binFolder !== null &&
  installation.services.some(
    (service) => service.name.toUpperCase() === 'DPMRA' && service.state !== 'absent',
  );

export const agentText = (installation: Installation): string =>
  `DPM protection agent ${installation.version ?? 'of unknown version'} in ${installation.installPath ?? 'an unknown folder'}`;

/** Waits for nothing: the installation as it is now. */
export const askInstallation = async (machine: Machine): Promise<Installation> =>
  machine.ask('installation', {});

/** The DPM servers that the agent itself names: its configuration in the registry, else its ActiveOwner files. */
export const ownersOf = ({ agentConfiguration, owners }: Installation): readonly string[] =>
  agentConfiguration !== null && agentConfiguration.dpmServers.length > 0
    ? agentConfiguration.dpmServers
    : owners;

/** What the agent shows of its configuration: kept after SetDpmServer ran, and compared later. */
export interface AgentTrace {
  /** SHA-256 of its configuration in the registry; null: there is none, or it could not be read. */
  readonly configuration: string | null;
  readonly dpmServers: readonly string[];
  /** Start mode of the service that certificate protection uses. */
  readonly cpWrapper: string;
}

const traceIn = (installation: Installation): AgentTrace => ({
  configuration: installation.agentConfiguration?.sha256 ?? null,
  dpmServers: ownersOf(installation),
  cpWrapper: installation.services.find(({ name }) => /cpwrapper/i.test(name))?.startMode ?? 'absent',
});

export const agentTrace = (installation: Installation): Facts => ({ agentTrace: traceIn(installation) });

/** The trace in a step's facts, as they come back from the journal; null: an older version kept none. */
export const traceOf = (facts: Facts): AgentTrace | null => {
  const trace = facts.agentTrace as Partial<AgentTrace> | undefined;
  return trace !== undefined && Array.isArray(trace.dpmServers) && typeof trace.cpWrapper === 'string'
    ? { configuration: trace.configuration ?? null, dpmServers: trace.dpmServers, cpWrapper: trace.cpWrapper }
    : null;
};

/** Why the agent may not be configured as it was then, as half a sentence; null: it is. */
const contradiction = (now: AgentTrace, then: AgentTrace): string | null => {
  if (then.configuration !== null && now.configuration === null) {
    return 'the agent no longer has a configuration (it may have been reinstalled)';
  }
  const others = now.dpmServers.filter(
    (name) => !then.dpmServers.some((one) => mayBeSameComputer(one, name)),
  );
  if (then.dpmServers.length > 0 && others.length > 0) return `the agent now belongs to ${others.join(', ')}`;
  if (now.cpWrapper !== then.cpWrapper) {
    return `the service DpmCPWrapperService was ${then.cpWrapper} before and is ${now.cpWrapper} now`;
  }
  return null;
};

/** Why the agent's configuration may not be as it was then, as half a sentence; null: it is. */
export const agentContradiction = (installation: Installation, then: AgentTrace | null): string | null =>
  then === null ? 'its earlier configuration is not known' : contradiction(traceIn(installation), then);

/** For an agent that was configured by NTLM. */
export const ntlmContradiction = (installation: Installation, then: AgentTrace | null): string | null => {
  if (!agentIsInstalled(installation)) return 'no agent is installed';
  return then === null ? null : contradiction(traceIn(installation), then);
};

/** For an agent that was configured by certificate; running SetDpmServer again does no harm, so any change counts. */
export const certificateContradiction = (
  installation: Installation,
  then: AgentTrace | null,
): string | null => {
  if (!agentIsInstalled(installation)) return 'no agent is installed';
  if (then === null) return "an older version of dpm-prep did not record the agent's configuration";
  const now = traceIn(installation);
  return (
    contradiction(now, then) ??
    (now.configuration === then.configuration ? null : "the agent's configuration changed since")
  );
};
