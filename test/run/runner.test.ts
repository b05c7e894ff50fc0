import { describe, expect, it, vi } from 'vitest';
import type { Command } from '../../src/machine/command.js';
import type { CommandResult, PerformOptions } from '../../src/machine/machine.js';
import type { RunListener } from '../../src/run/listener.js';
import { cancelled } from '../../src/problem.js';
import { Secret } from '../../src/secret.js';
import type { Probe, Step, Verification } from '../../src/steps/step.js';
import { ended, eventsIn, performing, runSteps, silent, step } from '../support/run-plan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('runner');

const probe = (found: Probe) => async () => Promise.resolve(found);
const verification = (found: Verification) => async () => Promise.resolve(found);
const done = step('done', { probe: probe({ state: 'done', found: 'there', facts: { a: 1 } }) });
const states = (steps: readonly { readonly state: string }[]): readonly string[] =>
  steps.map(({ state }) => state);

/** A machine that keeps what it was asked to do. */
const recording = (result: CommandResult = ended) => {
  const performed: { readonly command: Command; readonly options: PerformOptions }[] = [];
  const machine = performing(async (command, options) => {
    performed.push({ command, options });
    return Promise.resolve(result);
  });
  return { machine, performed };
};

/** Verifications in turn; the last one stays. */
const inTurn = (...all: readonly [Verification, ...Verification[]]) => {
  let asked = 0;
  return {
    asked: () => asked,
    verify: async (): Promise<Verification> => {
      const found = all[Math.min(asked, all.length - 1)] ?? all[0];
      asked += 1;
      return Promise.resolve(found);
    },
  };
};
const notYet: Verification = { state: 'not-verified', found: 'not there' };

describe('one step', () => {
  it('does nothing where the computer shows that it is done', async () => {
    const { machine, performed } = recording();
    const { steps, changed, facts, events } = await runSteps(base, [done], { machine });
    expect(performed).toEqual([]);
    expect({ states: states(steps), changed, facts }).toEqual({
      states: ['already-done'],
      changed: false,
      facts: { done: { a: 1 } },
    });
    expect(events()).toEqual(['probed done']);
  });

  it('is on the disk as started before its tool can have done anything', async () => {
    let onDisk: readonly string[] = [];
    const machine = performing(async (_command, { keepAt }) => {
      onDisk = eventsIn(`${String(keepAt?.folder).replace(/kept$/, '')}journal.jsonl`);
      return Promise.resolve(ended);
    });
    const { events } = await runSteps(base, [step('works')], { machine });
    expect(onDisk).toEqual(['probed works', 'started works']);
    expect(events()).toEqual(['probed works', 'started works', 'ended works', 'verified works']);
  });

  it.each<[string, Partial<CommandResult>, Verification, string, number | undefined]>([
    ['exit code 0 that the computer shows', {}, { state: 'verified', found: 'there' }, 'done', undefined],
    ['exit code 0 that the computer does not show', {}, notYet, 'not-verified', 5],
    [
      'exit code 7 that the computer shows',
      { exitCode: 7 },
      { state: 'verified', found: 'there' },
      'done',
      undefined,
    ],
    ['exit code 7 that the computer does not show', { exitCode: 7 }, notYet, 'failed', 4],
    [
      'exit code 0 that nothing can show',
      {},
      { state: 'could-not-verify', found: '' },
      'done-unverified',
      undefined,
    ],
    [
      'exit code 7 that nothing can show',
      { exitCode: 7 },
      { state: 'could-not-verify', found: '' },
      'failed',
      4,
    ],
    ['an error without an exit code', { exitCode: null, error: 'no' }, notYet, 'failed', 4],
    ['a tool that waited for input', { ending: 'no-end', exitCode: null }, notYet, 'failed', 4],
    ['harm, whatever the tool says', {}, { ...notYet, harm: true }, 'failed', 5],
  ])('judges by what the computer shows: %s', async (_, result, found, state, code) => {
    const { machine } = recording({ ...ended, ...result });
    const ran = await runSteps(base, [step('works', { verify: verification(found) })], { machine });
    expect({ states: states(ran.steps), code: ran.failure?.code, changed: ran.changed }).toEqual({
      states: [state],
      code,
      changed: true,
    });
  });

  it('does not count as a change where the tool was not started, and is not verified', async () => {
    const { machine } = recording({ ...ended, ending: 'refused', exitCode: null, error: 'It is not there.' });
    const found = inTurn({ state: 'verified', found: 'there' });
    const ran = await runSteps(base, [step('works', { verify: found.verify })], { machine });
    expect({
      states: states(ran.steps),
      changed: ran.changed,
      code: ran.failure?.code,
      asked: found.asked(),
    }).toEqual({ states: ['refused'], changed: false, code: 3, asked: 0 });
  });

  it('does not count as a change where it only reads, or where a person says how it is', async () => {
    const reads = await runSteps(base, [step('reads', { onlyReads: true })]);
    expect(reads.changed).toBe(false);
    const person = step('asks', {
      command: () => ({ kind: 'person', instructions: ['Look.'], question: 'Is it there?' }),
      verify: async (_machine, { result }) =>
        Promise.resolve({ state: result.result === 'yes' ? 'verified' : 'not-verified', found: '' }),
    });
    const asked = await runSteps(base, [person], { askPerson: async () => Promise.resolve(true) });
    expect([asked.changed, ...states(asked.steps)]).toEqual([false, 'done']);
    const alone = await runSteps(base, [person]);
    expect([alone.changed, ...states(alone.steps)]).toEqual([false, 'not-verified']);
  });

  it('reports that Windows must be restarted', async () => {
    const { machine } = recording({ ...ended, exitCode: 3010, restartRequired: true });
    const { restartRequired, failure } = await runSteps(base, [step('works')], { machine });
    expect([restartRequired, failure]).toEqual([true, null]);
  });
});

describe('waiting for what appears later', () => {
  const patient = (found: Step['verify'], result: CommandResult = ended, patienceMs = 600) =>
    runSteps(base, [step('works', { verify: found, patienceMs })], { machine: recording(result).machine });

  it('asks again until it is there', async () => {
    const found = inTurn(notYet, notYet, { state: 'verified', found: 'there' });
    const { failure } = await patient(found.verify, ended, 2_000);
    expect([failure, found.asked()]).toEqual([null, 3]);
  });

  it('waits no longer than the computer takes to settle', async () => {
    const found = inTurn(notYet, notYet, { state: 'verified', found: 'there' });
    const machine = { ...recording(ended).machine, settlesWithinMs: 100 };
    const { failure } = await runSteps(base, [step('works', { verify: found.verify, patienceMs: 60_000 })], {
      machine,
    });
    expect([failure === null, found.asked()]).toEqual([false, 2]);
  });

  it('asks a last time when the patience ends', async () => {
    const found = inTurn(notYet, notYet, { state: 'verified', found: 'there' });
    const { failure } = await patient(found.verify, ended, 400);
    expect([failure, found.asked()]).toEqual([null, 3]);
  });

  it('asks once where the step has no patience', async () => {
    const found = inTurn(notYet);
    await patient(found.verify, ended, 0);
    expect(found.asked()).toBe(1);
  });

  it('does not wait for harm to go away', async () => {
    const found = inTurn({ ...notYet, harm: true }, { state: 'verified', found: 'there' });
    const { failure } = await patient(found.verify);
    expect([failure?.harm, found.asked()]).toEqual([true, 1]);
  });

  it('waits where what is missing may still appear', async () => {
    const found = inTurn(
      { ...notYet, harm: true, mayStillAppear: true },
      { state: 'verified', found: 'there' },
    );
    const { failure } = await patient(found.verify);
    expect([failure, found.asked()]).toEqual([null, 2]);
  });
});

describe('what the machine is given', () => {
  const password = new Secret('Practice-2026!');
  const program = step('asks', {
    command: () => ({
      kind: 'program',
      tool: 'SetDpmServer.exe',
      path: 'C:\\SetDpmServer.exe',
      arguments: [],
      asksPassword: 2,
    }),
  });
  const heartbeats = async (attended: boolean, secret: Secret | null): Promise<number> => {
    let heard = 0;
    const listener: RunListener = {
      ...silent,
      heartbeat: () => {
        heard += 1;
      },
    };
    const machine = performing(async (_command, { onHeartbeat }) => {
      onHeartbeat?.(5_000);
      return Promise.resolve(ended);
    });
    await runSteps(base, [program], { machine, listener, attended, passwordFor: () => secret });
    return heard;
  };

  it.each([
    ['nobody is there and there is no password', false, null, false],
    ['a person is there', true, null, true],
    ['a person is there, but the password was given', true, password, false],
  ])('the console only where a person answers the tool: %s', async (_, attended, secret, console_) => {
    const { machine, performed } = recording();
    await runSteps(base, [program], { machine, attended, passwordFor: () => secret });
    expect(performed.map(({ options }) => options.attended)).toEqual([console_]);
    expect(performed[0]?.options.password).toBe(secret ?? undefined);
  });

  it('writes nothing over the prompt at which a person types', async () => {
    expect(await heartbeats(true, null)).toBe(0);
    expect(await heartbeats(true, password)).toBe(1);
    expect(await heartbeats(false, null)).toBe(1);
  });
});

describe('the wait for an installer', () => {
  const installer = step('installs', {
    command: () => ({
      kind: 'program',
      tool: 'Installer.exe',
      path: 'C:\\Installer.exe',
      arguments: [],
      long: true,
    }),
  });
  /** Works until it is left. */
  const endless = performing(
    async (_command, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(cancelled('Left.'));
        });
      }),
  );
  const told: (number | null)[] = [];
  const listener: RunListener = {
    ...silent,
    installer: (_step, timeoutMs) => {
      told.push(timeoutMs);
    },
  };

  it('ends at its limit with 4, and says that the installer continues', async () => {
    const { failure, changed } = await runSteps(base, [installer], {
      machine: endless,
      timeoutMs: 60,
      listener,
    });
    expect(failure).toMatchObject({
      code: 4,
      what: expect.stringMatching(/^Installer\.exe did not end within .*still running/) as string,
    });
    expect(changed).toBe(true);
  });

  it('is said to have no limit where none is given', async () => {
    await runSteps(base, [installer], { machine: recording().machine, listener });
    expect(told).toEqual([60, null]);
  });

  it('limits no other tool', async () => {
    const machine = performing(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return ended;
    });
    const { failure } = await runSteps(base, [step('other', {})], { machine, timeoutMs: 10 });
    expect(failure).toBeNull();
  });

  it('tells how long a verification waits already, and how long it may', async () => {
    const beats: (readonly [number, number])[] = [];
    const slow = step('slow', {
      ...inTurn(notYet, notYet, notYet, { state: 'verified', found: 'there' }),
      patienceMs: 9_000,
    });
    await runSteps(base, [slow], {
      listener: {
        ...silent,
        verifying: (_step, elapsedMs, patienceMs) => {
          beats.push([Math.round(elapsedMs / 1_000), patienceMs]);
        },
      },
    });
    expect(beats[0]).toEqual([1, 9_000]);
  });
});

describe("a person at the tool's own prompt", () => {
  const asking = (verify: Step['verify']): Step =>
    step('asks', {
      command: () => ({
        kind: 'program',
        tool: 'Tool.exe',
        path: 'C:\\Tool.exe',
        arguments: [],
        asksPassword: 2,
      }),
      password: 'whose it is',
      verify,
    });
  const asked: string[] = [];
  const askPerson = async (question: string): Promise<boolean> => {
    asked.push(question);
    return Promise.resolve(true);
  };

  it('is told whose password it is, and may run the step again', async () => {
    asked.length = 0;
    const told: string[] = [];
    const listener: RunListener = {
      ...silent,
      password: (_step, text) => {
        told.push(text);
      },
    };
    const { verify } = inTurn(notYet, { state: 'verified', found: 'there' });
    const { failure } = await runSteps(base, [asking(verify)], {
      machine: recording({ ...ended, exitCode: 1 }).machine,
      attended: true,
      askPerson,
      listener,
    });
    expect(failure).toBeNull();
    expect(told).toEqual(['whose it is', 'whose it is']);
    expect(asked).toEqual([
      expect.stringMatching(/^Only you saw what Tool\.exe said\..*Run the step again\?$/),
    ]);
  });

  it('is asked nothing where typing it again cannot help', async () => {
    asked.length = 0;
    for (const result of [ended, { ...ended, exitCode: 1, output: ['Error 32692'] }]) {
      const { machine } = recording(result);
      const { failure } = await runSteps(base, [asking(verification(notYet))], {
        machine,
        attended: true,
        askPerson,
      });
      expect(failure).not.toBeNull();
    }
    expect(asked).toEqual([]);
  });

  it('hears while the tool runs that it still does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let heard = 0;
    const machine = performing(async () => {
      vi.advanceTimersByTime(3_000);
      return Promise.resolve(ended);
    });
    const listener: RunListener = {
      ...silent,
      atOwnPrompt: () => {
        heard += 1;
      },
    };
    const asks = asking(verification({ state: 'verified', found: 'there' }));
    await runSteps(base, [asks], { machine, listener, attended: true });
    await runSteps(base, [asks], { machine, listener, attended: false });
    vi.useRealTimers();
    expect(heard).toBe(3);
  });

  it('is not asked where the password was given, or after harm', async () => {
    asked.length = 0;
    const fails = asking(verification(notYet));
    const given = new Secret('Practice-2026!');
    await runSteps(base, [fails], { attended: true, askPerson, passwordFor: () => given });
    await runSteps(base, [asking(verification({ ...notYet, harm: true }))], { attended: true, askPerson });
    expect(asked).toEqual([]);
  });
});

describe('many steps', () => {
  const fails = (id: string, more: Partial<Step> = {}): Step =>
    step(id, { verify: verification(notYet), ...more });

  it('stops after a failure where the steps belong together', async () => {
    const { steps } = await runSteps(base, [step('a'), fails('b'), step('c')]);
    expect(states(steps)).toEqual(['done', 'not-verified', 'not-reached']);
  });

  it('skips the rest of the computer that failed, continues with the others, and names all that failed', async () => {
    const { steps, failure } = await runSteps(base, [
      step('shared'),
      fails('a1', { group: 'Finance01' }),
      step('a2', { group: 'Finance01' }),
      step('b1', { group: 'Finance02' }),
      fails('c1', { group: 'Finance03' }),
    ]);
    expect(states(steps)).toEqual(['done', 'not-verified', 'not-reached', 'done', 'not-verified']);
    expect(failure?.what).toMatch(/^2 of 3 computers failed: Finance01, Finance03\. The first: /);
  });

  it('stops for every computer after a failure of what all need', async () => {
    const { steps, failure } = await runSteps(base, [
      fails('shared'),
      step('a1', { group: 'Finance01' }),
      step('b1', { group: 'Finance02' }),
    ]);
    expect(states(steps)).toEqual(['not-verified', 'not-reached', 'not-reached']);
    expect(failure?.what).not.toContain('computers failed');
  });

  it('does not count a step that belongs to no computer as a computer', async () => {
    const { failure } = await runSteps(base, [step('shared'), fails('a1', { group: 'Finance01' })]);
    expect(failure?.what).not.toContain('computers failed');
  });

  it('stops for every computer after harm', async () => {
    const harmed = fails('a1', { group: 'Finance01', verify: verification({ ...notYet, harm: true }) });
    const { steps, failure } = await runSteps(base, [harmed, step('b1', { group: 'Finance02' })]);
    expect(states(steps)).toEqual(['failed', 'not-reached']);
    expect([failure?.code, failure?.harm]).toEqual([5, true]);
  });

  it('hands facts of probe and verification to the steps after it', async () => {
    let seen: unknown;
    await runSteps(base, [
      step('a', {
        probe: probe({ state: 'not-done', found: '', facts: { from: 'probe', before: 1 } }),
        verify: verification({ state: 'verified', found: '', facts: { from: 'verify' } }),
      }),
      step('b', {
        probe: async (_machine, _record, earlier) => {
          seen = structuredClone(earlier);
          return Promise.resolve({ state: 'done', found: '' });
        },
      }),
    ]);
    expect(seen).toEqual({ a: { from: 'verify', before: 1 } });
  });
});

describe('cancelled', () => {
  it('while the tool runs: the step counts as changed, and nothing after it begins', async () => {
    const stop = new AbortController();
    const machine = performing(async () => {
      stop.abort();
      return Promise.reject(stop.signal.reason as Error);
    });
    const { steps, failure, changed, events } = await runSteps(base, [step('a'), step('b')], {
      machine,
      signal: stop.signal,
    });
    expect({ states: states(steps), code: failure?.code, changed }).toEqual({
      states: ['failed', 'not-reached'],
      code: 130,
      changed: true,
    });
    expect(events()).toEqual(['probed a', 'started a']);
  });

  it('before the tool was started: nothing was changed', async () => {
    const stop = new AbortController();
    const { machine, performed } = recording();
    const cancels = step('a', {
      probe: async () => {
        stop.abort();
        return Promise.resolve({ state: 'not-done', found: '' });
      },
    });
    const { steps, failure, changed } = await runSteps(base, [cancels], { machine, signal: stop.signal });
    expect({ states: states(steps), code: failure?.code, changed, performed }).toEqual({
      states: ['not-reached'],
      code: 130,
      changed: false,
      performed: [],
    });
  });

  it('lets a fault of our own through', async () => {
    const broken = step('a', { probe: async () => Promise.reject(new TypeError('planted')) });
    await expect(runSteps(base, [broken])).rejects.toThrow('planted');
  });
});
