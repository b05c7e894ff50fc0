import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readLog, type LogEntry } from '../../../src/rehearsal/log.js';
import { openWorld } from '../../../src/rehearsal/world.js';
import type { Behaviour } from '../../../src/rehearsal/state.js';
import { readWorld, writeWorld } from '../../../src/rehearsal/store.js';
import { launcher } from '../../support/cli.js';
import { startNode, type Ended, type Running } from './worker.js';

type PracticeSide = 'protected-computer' | 'dpm-server';

/** One command on one practice computer, that changes it. */
export interface Procedure {
  readonly name: string;
  readonly method: 'ntlm' | 'certificate';
  readonly side: PracticeSide;
  /** Words after dpm-prep; `world` is its folder. */
  readonly words: (world: string) => readonly string[];
  /** What DPM_PREP_PASSWORD is to be. */
  readonly password: string | null;
  /** What must have been done before: procedures, in their order. */
  readonly after: readonly Procedure[];
  /** What a person does before it, once those are done. */
  readonly prepare?: (world: string) => Promise<void>;
}

/** The account's password, and the one that it is changed to. */
const passwords = { first: 'Torture-First-1!', second: 'Torture-Second-2!' } as const;

const pairs = {
  ntlm: { dpmServer: 'Server01', computer: 'Finance01' },
  certificate: { dpmServer: 'Server01.corp.contoso.com', computer: 'Finance01.widgets.corp.com' },
} as const;

const exchange = (world: string): string => join(world, 'exchange');

const installAgent: Procedure = {
  name: 'install-agent',
  method: 'ntlm',
  side: 'protected-computer',
  words: () => ['install-agent', '--accept-eula'],
  password: null,
  after: [],
};

const setDpmServer: Procedure = {
  name: 'set-dpm-server',
  method: 'ntlm',
  side: 'protected-computer',
  words: (world) => [
    ...['set-dpm-server', '--auth', 'ntlm', '--dpm-server-name', 'Server01', '--ps-name', 'Finance01'],
    ...['--user-name', 'mark', '--handover-folder', exchange(world)],
  ],
  password: passwords.first,
  after: [installAgent],
};

const attach: Procedure = {
  name: 'attach',
  method: 'ntlm',
  side: 'dpm-server',
  words: (world) => ['attach', '--handover', join(exchange(world), 'Finance01.handover.json')],
  password: passwords.first,
  after: [installAgent, setDpmServer],
};

const attached = [installAgent, setDpmServer, attach];

const updateOnProtected: Procedure = {
  name: 'update-password there',
  method: 'ntlm',
  side: 'protected-computer',
  words: () => ['update-password', '--dpm-server-name', 'Server01'],
  password: passwords.second,
  after: attached,
};

const updateOnServer: Procedure = {
  name: 'update-password here',
  method: 'ntlm',
  side: 'dpm-server',
  words: () => ['update-password', '--dpm-server-name', 'Server01', '--ps-name', 'Finance01'],
  password: passwords.second,
  after: [...attached, updateOnProtected],
};

const removeOnServer: Procedure = {
  name: 'remove here',
  method: 'ntlm',
  side: 'dpm-server',
  words: () => ['remove', '--ps-name', 'Finance01', '--confirm', 'Finance01'],
  password: null,
  after: attached,
};

const removeOnProtected: Procedure = {
  name: 'remove there',
  method: 'ntlm',
  side: 'protected-computer',
  words: () => ['remove', '--confirm', 'Finance01'],
  password: null,
  after: [...attached, removeOnServer],
  // In one run: what a restart in its middle does is tested with the command.
  prepare: async (world) => {
    const { exitCodes } = readWorld(world).behaviour;
    setBehaviour(world, { exitCodes: { ...exitCodes, uninstalled: 0 } });
    return Promise.resolve();
  },
};

/** What the practice authority issued for a computer: written there when `openWorld(…).enrol()` ran. */
const enrolledIn = (
  world: string,
  computer: string,
): { readonly pfx: string; readonly thumbprint: string; readonly root: string } =>
  JSON.parse(readFileSync(enrolledFile(world, computer), 'utf8')) as ReturnType<typeof enrolledIn>;
const enrolledFile = (world: string, computer: string): string =>
  join(world, 'authority', 'enrolled', `${computer}.json`);

/** The practice authority gives every PFX the same one. */
const pfxPassword = 'Practice-Pfx-1!';

const { dpmServer, computer } = pairs.certificate;

const importOnServer: Procedure = {
  name: 'import-cert here',
  method: 'certificate',
  side: 'dpm-server',
  words: (world) => ['import-cert', enrolledIn(world, dpmServer).pfx, '--install-chain'],
  password: pfxPassword,
  after: [],
};

const setCredentials: Procedure = {
  name: 'set-credentials',
  method: 'certificate',
  side: 'dpm-server',
  words: (world) => [
    ...['set-credentials', '--dpm-server-name', dpmServer, '--ps-name', computer],
    ...['--thumbprint', enrolledIn(world, dpmServer).thumbprint],
    ...['--output-file-path', exchange(world), '--handover-folder', exchange(world)],
  ],
  password: null,
  after: [importOnServer],
};

const installForCertificate: Procedure = { ...installAgent, method: 'certificate' };

const importOnProtected: Procedure = {
  name: 'import-cert there',
  method: 'certificate',
  side: 'protected-computer',
  words: (world) => ['import-cert', enrolledIn(world, computer).pfx, '--install-chain'],
  password: pfxPassword,
  after: [importOnServer, setCredentials, installForCertificate],
};

const handoverOf = (world: string): string => join(exchange(world), `${computer}.handover.json`);

const setByCertificate: Procedure = {
  name: 'set-dpm-server by certificate',
  method: 'certificate',
  side: 'protected-computer',
  words: (world) => [
    ...['set-dpm-server', '--auth', 'certificate', '--handover', handoverOf(world)],
    ...['--import-root', enrolledIn(world, dpmServer).root],
    ...['--thumbprint', enrolledIn(world, computer).thumbprint],
    ...['--output-file-path', exchange(world), '--handover-folder', exchange(world)],
  ],
  password: null,
  after: [...importOnProtected.after, importOnProtected],
};

const attachByCertificate: Procedure = {
  name: 'attach by certificate',
  method: 'certificate',
  side: 'dpm-server',
  words: (world) => [
    ...['attach', '--handover', handoverOf(world)],
    ...['--import-root', enrolledIn(world, computer).root],
  ],
  password: null,
  after: [...setByCertificate.after, setByCertificate],
};

const renewOnProtected: Procedure = {
  name: 'renew-cert there',
  method: 'certificate',
  side: 'protected-computer',
  words: (world) => ['renew-cert', enrolledIn(world, computer).pfx],
  password: pfxPassword,
  after: [...attachByCertificate.after, attachByCertificate],
  // The authority issues the successor: same subject, same root.
  prepare: async (world) => {
    rmSync(enrolledFile(world, computer));
    await (await openWorld({ folder: world })).enrol(computer);
  },
};

const ntlmProcedures: readonly Procedure[] = [
  installAgent,
  setDpmServer,
  attach,
  updateOnProtected,
  updateOnServer,
  removeOnServer,
  removeOnProtected,
];

const certificateProcedures: readonly Procedure[] = [
  importOnServer,
  setCredentials,
  importOnProtected,
  setByCertificate,
  attachByCertificate,
  renewOnProtected,
];

export const procedures: readonly Procedure[] = [...ntlmProcedures, ...certificateProcedures];

export const procedureNamed = (name: string): Procedure => {
  const procedure = procedures.find((one) => one.name === name);
  if (!procedure) throw new Error(`no procedure ${name}`);
  return procedure;
};

/** Exit codes of a command that came to its end. */
export const good = [0, 6, 3010];

const passwordEnvironment = ({ password }: Procedure): Readonly<Record<string, string>> =>
  password === null ? {} : { DPM_PREP_PASSWORD: password };

const common = (procedure: Pick<Procedure, 'side'>, world: string): readonly string[] => [
  ...['--rehearse', '--world', world, '--on', procedure.side, '--yes', '--no-input', '--json'],
];

/** What the program is started with for the procedure, and how it gets the password. */
export const wordsOf = (
  procedure: Procedure,
  world: string,
): { readonly words: readonly string[]; readonly environment: Readonly<Record<string, string>> } => ({
  words: [...procedure.words(world), ...common(procedure, world)],
  environment: passwordEnvironment(procedure),
});

/** Starts the procedure as a process of its own. The password comes from the environment unless given otherwise. */
export const startProcedure = (
  procedure: Procedure,
  world: string,
  more: {
    readonly words?: readonly string[];
    readonly environment?: Record<string, string>;
    readonly input?: string;
  } = {},
): Running => {
  const { words, environment } = wordsOf(procedure, world);
  return startNode([launcher, ...words, ...(more.words ?? [])], {
    environment: more.environment ?? environment,
    ...(more.input === undefined ? {} : { input: more.input }),
  });
};

export const resume = async (
  procedure: Procedure,
  world: string,
  more: readonly string[] = [],
): Promise<Ended> =>
  startNode([launcher, 'resume', ...common(procedure, world), ...more], {
    environment: passwordEnvironment(procedure),
  }).ended;

export interface Outcome {
  readonly exitCode: number;
  readonly outcome: string;
  readonly changed: boolean;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly changed: boolean }[];
  readonly findings: readonly { readonly id: string; readonly status: string }[];
  readonly problem: { readonly what: string; readonly fix: readonly string[] } | null;
}

/** The JSON document of a run; fails with what was printed where there is none. */
export const outcomeOf = (ended: Ended): Outcome => {
  try {
    return JSON.parse(ended.stdout) as Outcome;
  } catch {
    throw new Error(`no document; exit ${String(ended.code)}\n${ended.stdout}\n${ended.stderr}`);
  }
};

/** The folder of the state of that practice computer: journal and lock. */
export const stateOf = ({ method, side }: Procedure, world: string): string =>
  join(world, 'machines', pairs[method][side === 'dpm-server' ? 'dpmServer' : 'computer'], 'dpm-prep');

const newPair = async (method: Procedure['method'], world: string): Promise<void> => {
  const { dpmServer: server, computer: name } = pairs[method];
  const opened = await openWorld({
    folder: world,
    dpmServer: server,
    computers: [name],
    behaviour: { installMs: 150, configureMs: 80, attachDelayMs: 50, scriptMs: 30 },
  });
  if (method === 'certificate') await opened.enrol();
};

const templates = new Map<string, Promise<string>>();

const makeTemplate = async (
  done: readonly Procedure[],
  procedure: Procedure,
  world: string,
  folder: string,
) => {
  const last = done.at(-1);
  if (last === undefined) await newPair(procedure.method, world);
  else {
    copyWorld(await templateAfter(done.slice(0, -1), procedure, folder), world);
    const ended = await startProcedure(last, world).ended;
    expect(good, `${last.name}: ${ended.stdout}${ended.stderr}`).toContain(ended.code);
  }
  return world;
};

/** The practice pair on which exactly these are done; made once for each test file. */
const templateAfter = async (
  done: readonly Procedure[],
  procedure: Procedure,
  folder: string,
): Promise<string> => {
  const world = join(folder, `template-${procedure.method}-${String(done.length)}-${slug(done.at(-1))}`);
  const known = templates.get(world) ?? makeTemplate(done, procedure, world, folder);
  templates.set(world, known);
  return known;
};

const slug = (procedure: Procedure | undefined): string =>
  procedure === undefined ? 'new' : procedure.name.replaceAll(' ', '-');

/**
 * A practice pair on which everything before this procedure is done; copy it, do not use it up. It lives as long as the
 * test's folder: the process of the test serves the revocation lists of a certificate pair from there.
 */
export const worldBefore = async (procedure: Procedure, folder: string): Promise<string> => {
  const template = await templateAfter(procedure.after, procedure, folder);
  if (procedure.prepare === undefined) return template;
  const world = copyWorld(template, join(folder, `before-${slug(procedure)}`));
  await procedure.prepare(world);
  return world;
};

export const setFaults = (world: string, faults: readonly string[]): void => {
  writeWorld(world, { ...readWorld(world), faults: [...faults] });
};

export const setBehaviour = (world: string, behaviour: Partial<Behaviour>): void => {
  const content = readWorld(world);
  writeWorld(world, { ...content, behaviour: { ...content.behaviour, ...behaviour } });
};

export const copyWorld = (from: string, to: string): string => {
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
  return to;
};

export interface Work {
  readonly tool: string;
  readonly did: readonly string[];
}

/** What the practice tools really did, from the world's own log. */
export const workIn = (world: string): readonly Work[] =>
  readLog(world).flatMap((entry: LogEntry) =>
    entry.event === 'ended' && entry.did.length > 0 ? [{ tool: entry.tool, did: entry.did }] : [],
  );
