import type { Check } from '../checks/check.js';
import { agentBinFolder } from '../dpm/locations.js';
import { portsFor } from '../dpm/network.js';
import type { Method, WorkloadId } from '../dpm/scenarios.js';
import type { Machine } from '../machine/machine.js';
import type { Answer, QuestionInput, QuestionName } from '../machine/questions.js';
import type { ProcedureName } from '../procedures/plan.js';
import type { Side } from '../steps/step.js';
import { registryKeys, type RegistryName } from './registry.js';

/** The root above another computer's certificate, and where this computer has it. */
export interface PeerRoot {
  /** The computers whose root it is. */
  readonly from: readonly string[];
  /** Null: the other computer did not say. */
  readonly root: {
    readonly subject: string;
    readonly thumbprint: string;
    readonly notBefore: string | null;
    readonly notAfter: string | null;
  } | null;
  /** Stores of this computer that hold it; null: not read. */
  readonly stores: readonly string[] | null;
  /** Why the stores could not be read; null: they were. */
  readonly unread: string | null;
  /** Someone agreed, and the plan imports it. */
  readonly importing: boolean;
}

/** What is planned, as far as it is known; null: not known (yet), and what hangs on it is not judged. */
export interface PreflightFacts {
  /** Which of the two computers this is. */
  readonly side: Side;
  readonly method: Method | null;
  /** What is to be protected; null: not said. */
  readonly workloads: readonly WorkloadId[];
  /** Null: nothing in particular, "dpm-prep preflight" by itself. */
  readonly procedure: ProcedureName | null;
  readonly dpmServerName: string | null;
  readonly psName: string | null;
  readonly userName: string | null;
  readonly productionServerDnsSuffix: string | null;
  /** An earlier run with these values made the account: then it must be there. */
  readonly accountIsOurs: boolean;
  /** Accounts that earlier runs used for other protected computers, by the computer's name. */
  readonly accountsInUse: readonly { readonly userName: string; readonly psName: string }[];
  /** The computers of an inventory that the DPM server is to reach. */
  readonly listed: readonly string[];
  /** The installer that is to be used; null: the newest that is found. */
  readonly installer: string | null;
  /** What the DPM server's audit document says of this computer's running jobs; null: no document was given. */
  readonly jobs: {
    readonly server: string;
    readonly readAt: Date;
    /** Their types; null: they could not be read. */
    readonly running: readonly string[] | null;
    /** Why not; null: they were read. */
    readonly why: string | null;
  } | null;
  /** The roots of the other computers, by their handover files; null: there is no such file. */
  readonly peers: readonly PeerRoot[] | null;
}

export const noFacts = (side: Side): PreflightFacts => ({
  side,
  method: null,
  workloads: [],
  procedure: null,
  dpmServerName: null,
  psName: null,
  userName: null,
  productionServerDnsSuffix: null,
  accountIsOurs: false,
  accountsInUse: [],
  listed: [],
  installer: null,
  jobs: null,
  peers: null,
});

const needsAgent: ReadonlySet<ProcedureName> = new Set([
  'install-agent',
  'ntlm',
  'certificate',
  'update-password',
  'switch-auth',
]);

/** Everything that checks look for among the installed programs, in one question. */
const programNames = ['Visual C++', 'OLE DB Driver'];

const askTimeoutMs = 15_000;
const networkTimeoutMs = 5_000;

/** The computer and the plan that are judged. Each question is asked at most once, however many checks need it. */
export class PreflightSubject {
  readonly facts: PreflightFacts;
  readonly #machine: Machine;
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(machine: Machine, facts: PreflightFacts) {
    this.#machine = machine;
    this.facts = facts;
  }

  get files(): Machine['files'] {
    return this.#machine.files;
  }

  async ask<Q extends QuestionName>(question: Q, input: QuestionInput<Q>): Promise<Answer<Q>> {
    const key = `${question} ${JSON.stringify(input)}`;
    const known = this.#answers.get(key) as Promise<Answer<Q>> | undefined;
    if (known) return known;
    const answer = this.#machine.ask(question, input, { timeoutMs: askTimeoutMs });
    this.#answers.set(key, answer);
    return answer;
  }

  async computer(): Promise<Answer<'computer'>> {
    return this.ask('computer', {});
  }

  async installation(): Promise<Answer<'installation'>> {
    return this.ask('installation', {});
  }

  /** One of the registry values that checks need; all of them are asked at once. Null: absent. */
  async registry(name: RegistryName): Promise<string | number | readonly string[] | null> {
    const names = Object.keys(registryKeys) as RegistryName[];
    const { values } = await this.ask('registry-values', {
      values: names.map((one) => ({ ...registryKeys[one] })),
    });
    return values[names.indexOf(name)]?.value ?? null;
  }

  async programs(): Promise<Answer<'installed-programs'>['programs']> {
    return (await this.ask('installed-programs', { nameContains: programNames })).programs;
  }

  /** File version of the installer that is to be used, or of the newest that is here; null: none, or not known. */
  async installerVersion(): Promise<string | null> {
    const { installer } = this.facts;
    const path = installer === null ? null : this.files.absolute(installer);
    const { installers } = await this.ask('agent-installers', { path });
    return installers[0]?.version ?? null;
  }

  /** The other computer's name as it was given; null where it was not. */
  get otherName(): string | null {
    return this.facts.side === 'protected-computer' ? this.facts.dpmServerName : this.facts.psName;
  }

  /** This computer's name as it was given. */
  get ownName(): string | null {
    return this.facts.side === 'protected-computer' ? this.facts.psName : this.facts.dpmServerName;
  }

  /** Every port that the method needs, in one question. */
  async ports(other: string): Promise<Answer<'port-probe'>['ports']> {
    const ports = portsFor(this.facts.method ?? 'certificate').map(({ port }) => port);
    return (await this.ask('port-probe', { host: other, ports, timeoutMs: networkTimeoutMs })).ports;
  }

  /** One port of a computer. */
  async port(host: string, port: number): Promise<Answer<'port-probe'>['ports'][number]['state']> {
    const { ports } = await this.ask('port-probe', { host, ports: [port], timeoutMs: networkTimeoutMs });
    return ports[0]?.state ?? 'error';
  }

  async resolve(names: readonly string[]): Promise<Answer<'name-resolution'>['names']> {
    return (await this.ask('name-resolution', { names: [...names], timeoutMs: networkTimeoutMs })).names;
  }

  async clock(other: string): Promise<Answer<'clock-difference'>> {
    return this.ask('clock-difference', { host: other, timeoutMs: networkTimeoutMs });
  }

  /** Where DPMRA.exe is, or will be. */
  async binFolder(): Promise<string> {
    return (await this.installation()).binFolder ?? agentBinFolder.path;
  }

  /** The agent is to be installed: it is not there, and what is planned needs it. */
  async agentIsMissing(): Promise<boolean> {
    const { side, procedure } = this.facts;
    if (side === 'dpm-server' || (procedure !== null && !needsAgent.has(procedure))) return false;
    return (await this.installation()).role === 'neither';
  }
}

export type PreflightCheck = Check<PreflightSubject>;
