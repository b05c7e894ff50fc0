import { certificatePort } from '../dpm/network.js';
import { tool } from '../dpm/command-lines.js';
import type { Answer } from '../machine/questions.js';

/*
 * Which of the assumptions in docs/not-confirmed.md this computer bears out. Each is judged by what was collected
 * alone; what cannot be seen here is "not seen", never "held".
 */

type Verdict = 'held' | 'did not hold' | 'not seen';

export interface Assumption {
  readonly what: string;
  readonly verdict: Verdict;
  readonly evidence: string;
}

export interface ToolRun {
  /** The command line as the page prints it. */
  readonly line: string;
  readonly exitCode: number | null;
  readonly verified: boolean;
  readonly output: readonly string[];
}

export interface Collected {
  readonly installation: Answer<'installation'> | null;
  /** By script or cmdlet; empty where there is not a DPM server. */
  readonly parameters: ReadonlyMap<string, Answer<'command-parameters'>>;
  readonly ports: Answer<'listening-ports'>['ports'] | null;
  readonly runs: readonly ToolRun[];
}

const judged = (what: string, seen: boolean, held: boolean, evidence: string): Assumption => ({
  what,
  verdict: !seen ? 'not seen' : held ? 'held' : 'did not hold',
  evidence,
});

const agentAssumptions = ({ installation }: Collected): readonly Assumption[] => {
  const seen = installation?.role === 'protected-computer';
  const products = installation?.products.map(({ displayName }) => displayName) ?? [];
  const services = installation?.services ?? [];
  const service = services.find(({ name }) => name.toUpperCase() === 'DPMRA');
  return [
    judged(
      'The uninstall entry of the agent is named "... DPM Protection Agent"',
      seen,
      products.some((name) => /DPM\s+Protection Agent/i.test(name)),
      products.join('; ') || 'no entry',
    ),
    judged(
      'The agent is the service DPMRA',
      seen,
      service !== undefined && service.state !== 'absent',
      service?.state ?? 'no answer',
    ),
    judged(
      'DPMRA.exe in <InstallPath>bin has the version of the agent',
      seen,
      installation?.version !== null,
      installation?.version ?? 'no version',
    ),
  ];
};

const passwordParameter = (collected: Collected, script: string): Assumption => {
  const shape = collected.parameters.get(script);
  const candidates = (shape?.parameters ?? []).filter(
    ({ name, position }) => /password|^pwd$/i.test(name) || position === 3,
  );
  return judged(
    `${script} takes its password as a parameter (by its name, or in the fourth position)`,
    shape?.exists === true,
    candidates.length > 0,
    candidates.map(({ name, type }) => `-${name} <${type}>`).join(' ') || 'no such parameter',
  );
};

const scriptAssumptions = (collected: Collected): readonly Assumption[] => {
  const onServer = collected.installation?.role === 'dpm-server';
  const found = (name: string): boolean => collected.parameters.get(name)?.exists === true;
  return [
    ...[
      tool.attachNonDomainServer,
      tool.attachProductionServerWithCertificate,
      tool.updateNonDomainServerInfo,
    ].map((name) =>
      judged(`${name} is in <InstallPath>bin`, onServer, found(name), found(name) ? 'there' : 'not there'),
    ),
    passwordParameter(collected, tool.attachNonDomainServer),
    passwordParameter(collected, tool.updateNonDomainServerInfo),
  ];
};

const setDpmServerAssumptions = ({ runs }: Collected): readonly Assumption[] => {
  const ran = runs.filter(({ line }) => line.startsWith(tool.setDpmServer));
  const good = ran.filter(({ verified }) => verified);
  const codes = [
    ...new Set(
      ran.map(({ exitCode, verified }) => `${String(exitCode)} (${verified ? 'verified' : 'not verified'})`),
    ),
  ];
  return [
    judged(
      'SetDpmServer ends with 0 if the computer shows that it worked',
      good.length > 0,
      good.every(({ exitCode }) => exitCode === 0),
      codes.join(', ') || 'no run with its output',
    ),
    judged(
      'SetDpmServer prints "Configuration completed successfully!!!" if it worked',
      good.some(({ output }) => output.length > 0),
      good.some(({ output }) => output.some((line) => line.includes('Configuration completed successfully'))),
      `${String(good.length)} verified runs`,
    ),
  ];
};

const portAssumptions = ({ ports, installation }: Collected): readonly Assumption[] => {
  const wrapper = installation?.services.find(({ name }) => /cpwrapper/i.test(name))?.state === 'running';
  return [
    judged(
      `Port ${String(certificatePort)} listens if the service for certificates runs`,
      wrapper && ports !== null,
      ports?.some(({ port }) => port === certificatePort) === true,
      wrapper ? 'DpmCPWrapperService runs' : 'DpmCPWrapperService does not run here',
    ),
  ];
};

/** The assumptions, judged by what was collected. */
export const assumptions = (collected: Collected): readonly Assumption[] => [
  ...agentAssumptions(collected),
  ...setDpmServerAssumptions(collected),
  ...scriptAssumptions(collected),
  ...portAssumptions(collected),
];
