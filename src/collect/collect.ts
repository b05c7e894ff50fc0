import { cleanText } from '../clean.js';
import { tool } from '../dpm/command-lines.js';
import { outputFolder } from '../dpm/locations.js';
import type { Machine } from '../machine/machine.js';
import { cleanLine } from '../machine/output.js';
import type { Answer, QuestionInput, QuestionName } from '../machine/questions.js';
import type { Journal } from '../run/journal.js';
import { Aliases } from './aliases.js';
import { nothingHidden, type Hiding } from './hiding.js';
import { assumptions, type Assumption, type ToolRun } from './assumptions.js';

/** One text about a computer that somebody can read and attach to a report. */
export interface Collection {
  readonly text: string;
  readonly assumptions: readonly Assumption[];
}

export interface CollectOptions {
  readonly machine: Machine;
  readonly journal: Journal | null;
  readonly version: string;
  /** Names stay as they are. */
  readonly names: boolean;
  readonly signal?: AbortSignal;
}

const dpmModule = 'DataProtectionManager';
const cmdlets = [
  tool.setDpmCredentials,
  'Get-DPMProductionServer',
  'Get-DPMDatasource',
  'Update-DPMProductionServer',
];
const scripts = [
  tool.attachNonDomainServer,
  tool.attachProductionServerWithCertificate,
  tool.updateNonDomainServerInfo,
  tool.removeProductionServer,
  'Attach-ProductionServer.ps1',
];
const dpmPorts = new Set([135, 5718, 5719, 6075, 6076]);
const lastRuns = 5;

/** Asks, and keeps why there was no answer: a collection that ends at the first failure is of no use. */
class Asker {
  readonly failures: string[] = [];
  readonly #machine: Machine;
  readonly #signal: AbortSignal | undefined;

  constructor({ machine, signal }: CollectOptions) {
    this.#machine = machine;
    this.#signal = signal;
  }

  async ask<Q extends QuestionName>(question: Q, input: QuestionInput<Q>): Promise<Answer<Q> | null> {
    this.#signal?.throwIfAborted();
    try {
      return await this.#machine.ask(
        question,
        input,
        this.#signal === undefined ? {} : { signal: this.#signal },
      );
    } catch (error) {
      this.#signal?.throwIfAborted();
      this.failures.push(`${question}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}

const section = (title: string, lines: readonly string[]): readonly string[] => [
  `== ${title}`,
  ...(lines.length === 0 ? ['nothing'] : lines),
  '',
];

const runsOf = (journal: Journal | null): readonly ToolRun[] =>
  (journal?.runs ?? []).slice(-lastRuns).flatMap(({ run }) => {
    const entries = journal?.entriesOf(run.run) ?? [];
    return entries.flatMap((entry, at) =>
      entry.event === 'ended'
        ? [
            {
              line: entry.line,
              exitCode: entry.exitCode,
              output: entry.output,
              verified: entries
                .slice(at)
                .some(
                  (later) =>
                    later.event === 'verified' && later.step === entry.step && later.state === 'verified',
                ),
            },
          ]
        : [],
    );
  });

const parametersOf = async (
  asker: Asker,
  installation: Answer<'installation'> | null,
): Promise<ReadonlyMap<string, Answer<'command-parameters'>>> => {
  const found = new Map<string, Answer<'command-parameters'>>();
  if (installation?.role !== 'dpm-server') return found;
  const wanted = [
    ...scripts.map((name) => ({ name, command: `${installation.binFolder ?? ''}\\${name}`, module: null })),
    ...cmdlets.map((name) => ({ name, command: name, module: dpmModule })),
  ];
  for (const { name, command, module } of wanted) {
    const answer = await asker.ask('command-parameters', { command, module });
    if (answer) found.set(name, answer);
  }
  return found;
};

/** Names, sizes and times of credential files; never what is in them. */
const credentialFiles = async (
  machine: Machine,
  folders: readonly string[],
): Promise<readonly { readonly path: string; readonly size: number }[]> => {
  const found: { path: string; size: number }[] = [];
  for (const folder of folders) {
    try {
      for (const { name, size, kind } of await machine.files.list(folder))
        if (kind === 'file' && /\.bin$/i.test(name)) found.push({ path: `${folder}\\${name}`, size });
    } catch {
      // There is no such folder: nothing to tell.
    }
  }
  return found;
};

/** Tells every name that the answers hold, each as what it is, before a text is read. */
const learn = (
  hide: Hiding,
  facts: {
    readonly computer: Answer<'computer'> | null;
    readonly installation: Answer<'installation'> | null;
    readonly users: Answer<'local-users'>['users'];
    readonly protectedComputers: Answer<'protected-computers'>['computers'];
    readonly journal: Journal | null;
  },
): void => {
  const { computer, installation, users, protectedComputers, journal } = facts;
  const told = (kind: 'computer' | 'user' | 'domain', name: string | null | undefined): void => {
    if (name !== null && name !== undefined) hide[kind](name);
  };
  told('computer', computer?.fqdn);
  told('computer', computer?.netbiosName);
  told('domain', computer?.membershipName);
  for (const suffix of computer?.dnsSuffixes ?? []) told('domain', suffix);
  for (const owner of installation?.owners ?? []) told('computer', owner);
  for (const each of protectedComputers) {
    for (const name of [each.serverName, each.machineName, each.name, each.clusterName])
      told('computer', name);
    told('domain', each.domain);
  }
  for (const { name } of users) told('user', name);
  for (const { run } of journal?.runs ?? []) {
    const { userName, dpmServerName, psName, productionServerDnsSuffix } = run.answers;
    if (typeof userName === 'string') told('user', userName);
    for (const name of [dpmServerName, psName]) if (typeof name === 'string') told('computer', name);
    if (typeof productionServerDnsSuffix === 'string') told('domain', productionServerDnsSuffix);
  }
};

/** Asks the computer everything that a report about dpm-prep needs, and changes nothing. */
export const collect = async (options: CollectOptions): Promise<Collection> => {
  const { machine, journal, version, names } = options;
  const asker = new Asker(options);
  const computer = await asker.ask('computer', {});
  const installation = await asker.ask('installation', {});
  const ports = await asker.ask('listening-ports', {});
  const firewall = await asker.ask('firewall-rules', {});
  const users = await asker.ask('local-users', {});
  const log = await asker.ask('installation-log', { lines: 40 });
  const parameters = await parametersOf(asker, installation);
  const listed =
    installation?.role === 'dpm-server' && computer
      ? await asker.ask('protected-computers', { dpmServerName: computer.netbiosName })
      : null;
  const bins = await credentialFiles(
    machine,
    [outputFolder.path, installation?.binFolder ?? ''].filter(Boolean),
  );
  const runs = runsOf(journal);
  const judged = assumptions({ installation, parameters, ports: ports?.ports ?? null, runs });

  const hide = names ? nothingHidden : new Aliases();
  learn(hide, {
    computer,
    installation,
    users: users?.users ?? [],
    protectedComputers: listed?.computers ?? [],
    journal,
  });

  const lines = [
    `dpm-prep ${version}, collected ${new Date().toISOString()}${machine.rehearsal ? ', REHEARSAL: a practice computer' : ''}`,
    '',
    ...section(
      'Computer',
      computer
        ? [
            `${computer.operatingSystem.caption} ${computer.operatingSystem.version}${computer.operatingSystem.server ? ' (server)' : ''}`,
            `name ${hide.computer(computer.netbiosName)}, FQDN ${computer.fqdn === null ? 'none' : hide.computer(computer.fqdn)}, ${computer.membership} ${hide.domain(computer.membershipName ?? '')}`,
            `elevated: ${String(computer.elevated)}, restart pending: ${String(computer.restartPending)}`,
          ]
        : [],
    ),
    ...section(
      'DPM',
      installation
        ? [
            `role: ${installation.role}, version: ${installation.version ?? 'none'}`,
            `InstallPath: ${installation.installPath === null ? 'none' : hide.path(installation.installPath)}`,
            ...installation.owners.map((owner) => `ActiveOwner: ${hide.computer(owner)}`),
            ...installation.products.map(
              (product) => `product: "${product.displayName}" ${product.version ?? ''}`,
            ),
            ...installation.services.map(
              (service) => `service ${service.name}: ${service.state}, ${service.startMode}`,
            ),
          ]
        : [],
    ),
    ...section(
      'Listening ports of DPM',
      (ports?.ports ?? [])
        .filter(({ port, process }) => dpmPorts.has(port) || /dpm/i.test(process ?? ''))
        .map(({ port, process }) => `${String(port)} ${process ?? ''}`),
    ),
    ...section(
      `Firewall (${firewall?.enabled === null || !firewall ? 'could not be asked' : firewall.enabled ? 'on' : 'off'})`,
      (firewall?.rules ?? []).map(
        (rule) =>
          `${rule.enabled ? 'on' : 'off'} ${rule.allow ? 'allow' : 'block'} ${hide.text(rule.name)} ${rule.protocol ?? ''} ${rule.localPorts ?? ''} ${hide.path(rule.program ?? '')}`,
      ),
    ),
    ...section(
      "Parameters of Microsoft's scripts and cmdlets",
      [...parameters].flatMap(([name, { exists, parameters: own }]) =>
        exists
          ? [
              name,
              ...own.map(
                (one) =>
                  `  -${one.name} <${one.type}>${one.mandatory ? ' mandatory' : ''}${one.position === null ? '' : ` position ${String(one.position)}`}`,
              ),
            ]
          : [`${name}: not there`],
      ),
    ),
    ...section(
      'Protected computers',
      (listed?.computers ?? []).map(
        (each) =>
          `${hide.computer(each.serverName)} ${each.state ?? ''} ${each.connectivity ?? ''} ${each.authentication ?? ''}`,
      ),
    ),
    ...section(
      'Credential files',
      bins.map(({ path, size }) => `${hide.path(path)}, ${String(size)} bytes`),
    ),
    ...section(
      `Tools of the last ${String(lastRuns)} runs`,
      runs.flatMap((run) => [
        hide.commandLine(run.line),
        `  exit code ${run.exitCode === null ? 'none' : String(run.exitCode)}, ${run.verified ? 'verified' : 'not verified'}`,
        ...run.output.map((line) => `  | ${hide.text(line)}`),
      ]),
    ),
    ...section(
      'Logs',
      (['installation', 'agent', 'dpm-server'] as const).flatMap((kind) =>
        (log?.files ?? [])
          .filter((file) => file.kind === kind)
          .slice(0, 2)
          .flatMap((file) => [hide.path(file.path), ...file.lines.map((line) => `  | ${hide.text(line)}`)]),
      ),
    ),
    ...section(
      'Event log "DPM Alerts"',
      (log?.alerts ?? []).map(({ time, id, text }) => `${time} ${String(id)} ${hide.text(cleanLine(text))}`),
    ),
    ...section(
      'Assumptions about DPM',
      judged.map(({ what, verdict, evidence }) => `${verdict}: ${what} [${hide.text(evidence)}]`),
    ),
    ...(asker.failures.length === 0
      ? []
      : section('Could not be asked', asker.failures.map(hide.text.bind(hide)))),
  ].map((line) => cleanText(line, 4_000).trimEnd());

  return {
    text: `${lines.join('\n').trimEnd()}\n`,
    assumptions: judged.map((one) => ({ ...one, evidence: hide.text(one.evidence) })),
  };
};
