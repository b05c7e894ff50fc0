import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readLog, type LogEntry } from '../../../src/rehearsal/log.js';
import { openWorld } from '../../../src/rehearsal/world.js';
import { launcher } from '../../support/cli.js';
import { startNode, type Ended, type Running } from './worker.js';

export type PracticeSide = 'protected-computer' | 'dpm-server';

/** One command on one practice computer, that changes it. */
export interface Procedure {
  readonly name: string;
  readonly side: PracticeSide;
  /** Words after dpm-prep; `world` is its folder. */
  readonly words: (world: string) => readonly string[];
  readonly wantsPassword: boolean;
  /** What must have been done before: procedures, in their order. */
  readonly after: readonly Procedure[];
}

const installAgent: Procedure = {
  name: 'install-agent',
  side: 'protected-computer',
  words: () => ['install-agent', '--accept-eula'],
  wantsPassword: false,
  after: [],
};

const setDpmServer: Procedure = {
  name: 'set-dpm-server',
  side: 'protected-computer',
  words: (world) => [
    ...['set-dpm-server', '--auth', 'ntlm', '--dpm-server-name', 'Server01', '--ps-name', 'Finance01'],
    ...['--user-name', 'mark', '--handover-folder', join(world, 'exchange')],
  ],
  wantsPassword: true,
  after: [installAgent],
};

const attach: Procedure = {
  name: 'attach',
  side: 'dpm-server',
  words: (world) => ['attach', '--handover', join(world, 'exchange', 'Finance01.handover.json')],
  wantsPassword: true,
  after: [installAgent, setDpmServer],
};

const attached = [installAgent, setDpmServer, attach];

const updateOnProtected: Procedure = {
  name: 'update-password there',
  side: 'protected-computer',
  words: () => ['update-password', '--dpm-server-name', 'Server01'],
  wantsPassword: true,
  after: attached,
};

const updateOnServer: Procedure = {
  name: 'update-password here',
  side: 'dpm-server',
  words: () => ['update-password', '--dpm-server-name', 'Server01', '--ps-name', 'Finance01'],
  wantsPassword: true,
  after: [...attached, updateOnProtected],
};

export const procedures: readonly Procedure[] = [
  installAgent,
  setDpmServer,
  attach,
  updateOnProtected,
  updateOnServer,
];

/** Exit codes of a command that came to its end. */
export const good = [0, 6, 3010];

/** The account's password, and the one that it is changed to. */
export const passwords = { first: 'Torture-First-1!', second: 'Torture-Second-2!' } as const;

const passwordOf = (procedure: Procedure): string =>
  procedure.name.startsWith('update-password') ? passwords.second : passwords.first;

const common = (procedure: Pick<Procedure, 'side'>, world: string): readonly string[] => [
  ...['--rehearse', '--world', world, '--on', procedure.side, '--yes', '--no-input', '--json'],
];

/** Starts the procedure as a process of its own. The password comes from the environment unless given otherwise. */
export const startProcedure = (
  procedure: Procedure,
  world: string,
  more: {
    readonly words?: readonly string[];
    readonly environment?: Record<string, string>;
    readonly input?: string;
  } = {},
): Running =>
  startNode([launcher, ...procedure.words(world), ...common(procedure, world), ...(more.words ?? [])], {
    environment: more.environment ?? {
      ...(procedure.wantsPassword ? { DPM_PREP_PASSWORD: passwordOf(procedure) } : {}),
    },
    ...(more.input === undefined ? {} : { input: more.input }),
  });

export const resume = async (procedure: Procedure, world: string): Promise<Ended> =>
  startNode([launcher, 'resume', ...common(procedure, world)], {
    environment: procedure.wantsPassword ? { DPM_PREP_PASSWORD: passwordOf(procedure) } : {},
  }).ended;

export interface Outcome {
  readonly exitCode: number;
  readonly outcome: string;
  readonly changed: boolean;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly changed: boolean }[];
  readonly findings: readonly { readonly id: string; readonly status: string }[];
  readonly problem: { readonly what: string; readonly mend: readonly string[] } | null;
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
export const stateOf = (procedure: Procedure, world: string): string =>
  join(world, 'machines', procedure.side === 'dpm-server' ? 'Server01' : 'Finance01', 'dpm-prep');

/** A practice pair on which everything before this procedure is done; copy it, do not use it up. */
export const worldBefore = async (
  procedure: Procedure,
  folder: string,
  faults: readonly string[] = [],
): Promise<string> => {
  const world = join(folder, `before-${procedure.name.replaceAll(' ', '-')}`);
  await openWorld({
    folder: world,
    dpmServer: 'Server01',
    computers: ['Finance01'],
    behaviour: { installMs: 150, configureMs: 80, attachDelayMs: 50, scriptMs: 30 },
  });
  for (const earlier of procedure.after) {
    const ended = await startProcedure(earlier, world).ended;
    expect(good, `${earlier.name}: ${ended.stdout}${ended.stderr}`).toContain(ended.code);
  }
  if (faults.length > 0) setFaults(world, faults);
  return world;
};

export const setFaults = (world: string, faults: readonly string[]): void => {
  const path = join(world, 'world.json');
  const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...content, faults }));
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
