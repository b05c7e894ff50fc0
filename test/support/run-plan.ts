import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { page } from '../../src/dpm/source.js';
import { KeptResults } from '../../src/machine/keeper/results.js';
import type { CommandResult, Machine } from '../../src/machine/machine.js';
import { Journal } from '../../src/run/journal.js';
import type { RunListener } from '../../src/run/listener.js';
import { runPlan, type RunOptions, type RunResult } from '../../src/run/runner.js';
import type { Step } from '../../src/steps/step.js';
import { fakeMachine } from './fake-machine.js';

export const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};

export const silent: RunListener = {
  step: () => undefined,
  alreadyDone: () => undefined,
  started: () => undefined,
  line: () => undefined,
  heartbeat: () => undefined,
  atOwnPrompt: () => undefined,
  password: () => undefined,
  installer: () => undefined,
  verifying: () => undefined,
  waiting: () => undefined,
  earlierSilent: () => undefined,
  earlierEnded: () => undefined,
  earlierLost: () => undefined,
  verified: () => undefined,
  failed: () => undefined,
};

/** A step that finds nothing, makes a folder and then finds it. */
export const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  title: id,
  side: 'dpm-server',
  source: page('Attach the computer'),
  probe: async () => Promise.resolve({ state: 'not-done', found: 'not there' }),
  command: () => ({ kind: 'make-folder', path: `C:\\${id}` }),
  verify: async () => Promise.resolve({ state: 'verified', found: 'there' }),
  ...more,
});

/** A computer that answers no question; `perform` says what comes of a command. */
export const performing = (perform: Machine['perform']): Machine => ({
  ...fakeMachine({ answers: {} }),
  perform,
});

export interface Ran extends RunResult {
  /** The events of the journal as they lie on the disk, without the run's own. */
  readonly events: () => readonly string[];
}

/** Runs these steps with a journal of their own in a new folder below `base`. */
export const runSteps = async (
  base: string,
  steps: readonly Step[],
  more: Partial<RunOptions> = {},
): Promise<Ran> => {
  const folder = mkdtempSync(join(base, 'j-'));
  const journal = new Journal(folder);
  journal.begin({
    command: 'attach',
    procedure: 'ntlm',
    version: '0.0.0',
    processId: process.pid,
    rehearsal: false,
    answers: {},
    positional: [],
  });
  const result = await runPlan({
    plan: { procedure: 'ntlm', side: 'dpm-server', title: 'test', steps, notes: [] },
    machine: performing(async () => Promise.resolve(ended)),
    journal,
    kept: new KeptResults(folder),
    listener: silent,
    attended: false,
    passwordFor: () => null,
    timeoutMs: null,
    silenceMs: 1_000,
    askPerson: null,
    signal: new AbortController().signal,
    ...more,
  });
  return { ...result, events: () => eventsIn(journal.path) };
};

/** `event` or `event step`, in the order in which they lie on the disk. */
export const eventsIn = (journalPath: string): readonly string[] =>
  readFileSync(journalPath, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; step?: string })
    .filter(({ event }) => event !== 'run')
    .map(({ event, step: id }) => (id === undefined ? event : `${event} ${id}`));
