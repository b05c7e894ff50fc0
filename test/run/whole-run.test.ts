import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { page } from '../../src/dpm/source.js';
import type { CommandResult, Machine } from '../../src/machine/machine.js';
import { checkProblem } from '../../src/problem.js';
import { KeptResults } from '../../src/machine/keeper/results.js';
import { Journal } from '../../src/run/journal.js';
import type { RunListener } from '../../src/run/listener.js';
import { runPlan, type RunResult } from '../../src/run/runner.js';
import type { Step } from '../../src/steps/step.js';
import { fakeMachine } from '../support/fake-machine.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('runner');

const silent: RunListener = {
  step: () => undefined,
  alreadyDone: () => undefined,
  started: () => undefined,
  line: () => undefined,
  heartbeat: () => undefined,
  waiting: () => undefined,
  earlierEnded: () => undefined,
  earlierLost: () => undefined,
  verified: () => undefined,
  failed: () => undefined,
};

const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};

const machine: Machine = {
  ...fakeMachine({ answers: {} }),
  perform: async () => Promise.resolve(ended),
};

const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  title: id,
  side: 'dpm-server',
  source: page('Attach the computer'),
  probe: async () => Promise.resolve({ state: 'not-done', found: 'not there' }),
  command: () => ({ kind: 'make-folder', path: `C:\\${id}` }),
  verify: async () => Promise.resolve({ state: 'verified', found: 'there' }),
  ...more,
});

const refusing = step('refuses', {
  probe: async () =>
    Promise.reject(checkProblem('The file is not there. Nothing was changed.', 'Copy the file.')),
});

const run = async (steps: readonly Step[]): Promise<RunResult> => {
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
  return runPlan({
    plan: { procedure: 'ntlm', side: 'dpm-server', title: 'test', steps, notes: [] },
    machine,
    journal,
    kept: new KeptResults(folder),
    listener: silent,
    attended: false,
    passwordFor: () => null,
    silenceMs: 1_000,
    askPerson: null,
    signal: new AbortController().signal,
  });
};

describe('a step that refuses', () => {
  it('ends the run with exit code 3 where no step before it changed anything', async () => {
    const { changed, failure } = await run([refusing]);
    expect({ changed, code: failure?.code, what: failure?.what }).toEqual({
      changed: false,
      code: 3,
      what: 'The file is not there. Nothing was changed.',
    });
  });

  it('ends it with exit code 4, and does not say that nothing was changed, after a step that changed something', async () => {
    const { changed, failure, steps } = await run([step('works'), refusing]);
    expect(steps.map(({ state }) => state)).toEqual(['done', 'not-reached']);
    expect({ changed, code: failure?.code, what: failure?.what }).toEqual({
      changed: true,
      code: 4,
      what: 'The file is not there.',
    });
  });
});
