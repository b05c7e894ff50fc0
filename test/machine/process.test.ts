import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { childEnvironment, runProcess, type ProcessRequest } from '../../src/machine/process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { bundleWorker } from '../support/worker.js';

const folder = temporaryFolder('process');
const onWindows = process.platform === 'win32';

/** Runs a piece of JavaScript in a real child process. */
const script = (
  code: string,
  request: Partial<ProcessRequest> = {},
  ...rest: readonly string[]
): Parameters<typeof runProcess>[0] => ({
  path: process.execPath,
  arguments: ['-e', code, '--', ...rest],
  input: { kind: 'none' },
  ...request,
});

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
};

const until = async (condition: () => boolean): Promise<void> => {
  for (let n = 0; n < 200 && !condition(); n += 1) await sleep(50);
  expect(condition()).toBe(true);
};

afterEach(() => {
  delete process.env.DPM_PREP_PASSWORD;
  delete process.env.NODE_DEBUG;
});

describe('what is started', () => {
  it('hands arguments over verbatim', async () => {
    const hostile = [
      '',
      ' ',
      'a b',
      '"',
      "'",
      '\\',
      'c:\\x\\',
      '%PATH%',
      '$(id)',
      '`id`',
      ';',
      '&|<>^',
      'ü\u201c',
      '*',
      '-e',
    ];
    const outcome = await runProcess(
      script('process.stdout.write(JSON.stringify(process.argv.slice(1)))', {}, ...hostile),
    );
    expect(JSON.parse(outcome.stdout.toString())).toEqual(hostile);
    expect(outcome).toMatchObject({ ending: 'ended', exitCode: 0, refusal: null });
  });

  it.each(['node', './node', 'bin/node', ''])('refuses %j, which is not an absolute path', async (path) => {
    const outcome = await runProcess({ path, arguments: [], input: { kind: 'none' } });
    expect(outcome.ending).toBe('refused');
    expect(outcome.refusal).toContain('absolute path');
  });

  it('refuses a NUL character', async () => {
    const outcome = await runProcess({
      path: process.execPath,
      arguments: ['a\0b'],
      input: { kind: 'none' },
    });
    expect(outcome.ending).toBe('refused');
  });

  it('says in a sentence, without the arguments, why a program cannot be started', async () => {
    const path = join(folder, onWindows ? 'missing.exe' : 'missing');
    const outcome = await runProcess({ path, arguments: ['Secret-in-argument'], input: { kind: 'none' } });
    expect(outcome.ending).toBe('refused');
    expect(outcome.refusal).toContain('does not exist');
    expect(JSON.stringify(outcome)).not.toContain('Secret-in-argument');
  });

  it.skipIf(onWindows)('says so of a file that is not a program', async () => {
    const path = join(folder, 'no-program');
    writeFileSync(path, 'x');
    chmodSync(path, 0o644);
    const outcome = await runProcess({ path, arguments: [], input: { kind: 'none' } });
    expect(outcome.refusal).toContain('does not let it run');
  });

  it('gives the exit code as it is', async () => {
    const outcome = await runProcess(script('process.exit(41)'));
    expect(outcome).toMatchObject({ ending: 'ended', exitCode: 41 });
  });

  it('takes passwords and debugging out of the environment', async () => {
    process.env.DPM_PREP_PASSWORD = 'Hidden-Password-1';
    process.env.NODE_DEBUG = 'net';
    const outcome = await runProcess(
      script('process.stdout.write(JSON.stringify(process.env))', { environment: { PRACTICE: '1' } }),
    );
    const seen = JSON.parse(outcome.stdout.toString()) as Record<string, string>;
    expect(seen.PRACTICE).toBe('1');
    expect(Object.keys(seen)).not.toContain('NODE_DEBUG');
    expect(outcome.stdout.toString()).not.toContain('Hidden-Password-1');
    expect(childEnvironment({ dpm_prep_password: 'x', Node_Debug: 'x', PATH: 'p' })).toEqual({ PATH: 'p' });
  });

  it('reports the process before it is heard', async () => {
    const seen: string[] = [];
    const outcome = await runProcess(
      script('console.log(process.pid)', {
        onStarted: (id) => seen.push(String(id)),
        onOutput: (chunk) => seen.push(chunk.toString().trim()),
      }),
    );
    expect(seen).toEqual([String(outcome.processId), String(outcome.processId)]);
  });
});

describe('standard input', () => {
  const echo = 'process.stdin.pipe(process.stdout)';

  it('is at its end where there is none', async () => {
    const outcome = await runProcess(script(`${echo}; process.stdin.on("end", () => console.log("end"))`));
    expect(outcome.stdout.toString()).toBe('end\n');
  });

  it('carries bytes', async () => {
    const bytes = Buffer.from([0, 1, 255, 10, 13]);
    const outcome = await runProcess(script(echo, { input: { kind: 'bytes', bytes } }));
    expect(outcome.stdout).toEqual(bytes);
  });

  it('does not mind a child that does not read', async () => {
    const bytes = Buffer.alloc(5_000_000);
    const outcome = await runProcess(script('process.exit(3)', { input: { kind: 'bytes', bytes } }));
    expect(outcome).toMatchObject({ ending: 'ended', exitCode: 3 });
  });

  it('answers when asked', async () => {
    const asks = `
      process.stdout.write('Password: ');
      process.stdin.once('data', (first) => {
        process.stdout.write('\\nAgain: ');
        process.stdin.once('data', (second) => {
          process.exit(String(first) === 'one\\n' && String(second) === 'two\\n' ? 0 : 1);
        });
      });`;
    const answers = ['one\n', 'two\n'];
    const outcome = await runProcess(
      script(asks, {
        input: {
          kind: 'dialogue',
          answer: (chunk, _stream, reply) => {
            if (chunk.toString().endsWith(': ')) reply.write(answers.shift() ?? '');
          },
        },
      }),
    );
    expect(outcome.exitCode).toBe(0);
    expect(answers).toEqual([]);
  });

  it('ends the child and throws where an answer has a bug', async () => {
    const started: number[] = [];
    const run = runProcess(
      script('process.stdout.write("?"); setInterval(() => {}, 1000)', {
        onStarted: (id) => started.push(id),
        input: {
          kind: 'dialogue',
          answer: () => {
            throw new Error('the bug');
          },
        },
      }),
    );
    await expect(run).rejects.toThrow('the bug');
    expect(isAlive(started[0] ?? 0)).toBe(false);
  });
});

describe('output', () => {
  it('keeps the last bytes of 100 MB without a newline', async () => {
    const before = process.memoryUsage().rss;
    const outcome = await runProcess(
      script(
        `const piece = Buffer.alloc(1_000_000, 'x');
         let n = 0;
         const more = () => { if (n++ < 100) process.stdout.write(piece, more); else process.stdout.write('the end'); };
         more();`,
        { maxOutputBytes: 65_536 },
      ),
    );
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout.length).toBe(65_536);
    expect(outcome.stdout.toString()).toMatch(/xthe end$/);
    expect(outcome.outputCut).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
  });

  it('keeps the streams apart and whole', async () => {
    const outcome = await runProcess(script('console.log("out"); console.error("err")'));
    expect([outcome.stdout.toString(), outcome.stderr.toString(), outcome.outputCut]).toEqual([
      'out\n',
      'err\n',
      false,
    ]);
  });

  it('does not wait for a grandchild that holds the pipes', async () => {
    const pidFile = join(folder, 'grandchild');
    const outcome = await runProcess(
      script(
        `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'inherit', detached: true });
         require('node:fs').writeFileSync(process.argv[1], String(child.pid));
         console.log('done'); child.unref(); process.exit(0);`,
        {},
        pidFile,
      ),
    );
    const grandchild = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(grandchild)).toBe(true);
    process.kill(grandchild);
    expect(outcome.stdout.toString()).toBe('done\n');
    expect(outcome.elapsedMs).toBeLessThan(15_000);
  });
});

describe('when it does not end', () => {
  const waits = 'process.stdout.write("Name? "); process.stdin.resume(); setInterval(() => {}, 1000)';
  const stubborn = `process.on('SIGTERM', () => {}); ${waits}`;

  it('ends a tool that waits in silence', async () => {
    const outcome = await runProcess(
      script(waits, {
        input: { kind: 'dialogue', answer: () => undefined },
        silenceMs: 3_000,
        outlivesUs: true,
      }),
    );
    expect(outcome).toMatchObject({ ending: 'no-end', exitCode: null });
    expect(outcome.stdout.toString()).toBe('Name? ');
    expect(isAlive(outcome.processId ?? 0)).toBe(false);
  });

  it('does not call a tool silent that keeps printing', async () => {
    const outcome = await runProcess(
      script(
        'let n = 0; const t = setInterval(() => { console.log(n); if (++n === 8) clearInterval(t); }, 150)',
        {
          silenceMs: 1_500,
        },
      ),
    );
    expect(outcome).toMatchObject({ ending: 'ended', exitCode: 0 });
  });

  it('ends a probe at its time limit, also one that ignores being asked', async () => {
    const outcome = await runProcess(script(stubborn, { timeLimitMs: 500 }));
    expect(outcome.ending).toBe('time-limit');
    expect(isAlive(outcome.processId ?? 0)).toBe(false);
  });

  it('is aborted where the request says that it may be', async () => {
    const abort = new AbortController();
    const run = runProcess(
      script(waits, {
        signal: abort.signal,
        onOutput: () => {
          abort.abort();
        },
      }),
    );
    expect(await run).toMatchObject({ ending: 'aborted', exitCode: null });
  });

  it('is not started when it was aborted before', async () => {
    const outcome = await runProcess(script('', { signal: AbortSignal.abort() }));
    expect(outcome).toMatchObject({ ending: 'aborted', processId: null });
  });
});

describe('when our program dies', () => {
  const bundle = bundleWorker(new URL('../../src/machine/process.ts', import.meta.url), folder);

  /** A program of its own that runs a child through runProcess; the child works for a second, then writes a file. */
  const parent = (marker: string, outlivesUs: boolean) => {
    const work = `setTimeout(() => { console.log('x'); require('node:fs').writeFileSync(process.argv[1], 'done'); }, 1000)`;
    const code = `
      import { runProcess } from ${JSON.stringify(`file://${bundle}`)};
      await runProcess({ path: process.execPath, arguments: ['-e', ${JSON.stringify(work)}, '--', ${JSON.stringify(marker)}],
        input: { kind: 'none' }, outlivesUs: ${String(outlivesUs)}, onStarted: (id) => { console.log(id); } });`;
    const started = execFile(process.execPath, ['--input-type=module', '-e', code]);
    return new Promise<{ kill: (signal: NodeJS.Signals) => void; child: number }>((resolve) => {
      started.stdout?.once('data', (text: string) => {
        resolve({ kill: (signal) => started.kill(signal), child: Number(text) });
      });
    });
  };

  it('does not wait for an installer that it was told to leave, and is not kept alive by it', async () => {
    const marker = join(folder, 'left');
    const work = `setTimeout(() => { console.log('x'); require('node:fs').writeFileSync(process.argv[1], 'done'); }, 3000)`;
    const code = `
      import { runProcess } from ${JSON.stringify(`file://${bundle}`)};
      const leave = new AbortController();
      const { ending, processId } = await runProcess({ path: process.execPath, arguments: ['-e', ${JSON.stringify(work)}, '--', ${JSON.stringify(marker)}],
        input: { kind: 'none' }, outlivesUs: true, leave: leave.signal, onStarted: () => { setTimeout(() => leave.abort(), 300); } });
      console.log(ending, typeof processId);`;
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', code], (_error, stdout) => {
        resolve(stdout);
      });
    });
    expect(said).toBe('left number\n');
    expect(existsSync(marker)).toBe(false);
    await expect.poll(() => existsSync(marker), { timeout: 15_000 }).toBe(true);
  });

  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('an installer continues after %s', async (signal) => {
    const marker = join(folder, `survived-${signal}`);
    const { kill, child } = await parent(marker, true);
    kill(signal);
    await until(() => existsSync(marker));
    await until(() => !isAlive(child));
  });

  it.skipIf(onWindows)(
    'an installer is in a session of its own, where Ctrl-C does not reach it',
    async () => {
      const { child } = await parent(join(folder, 'session'), true);
      if (process.platform === 'linux') {
        const fields =
          readFileSync(`/proc/${String(child)}/stat`, 'utf8')
            .split(') ')[1]
            ?.split(' ') ?? [];
        expect([fields[2], fields[3]]).toEqual([String(child), String(child)]);
      }
      await until(() => !isAlive(child));
    },
  );

  it('a probe ends with us when we are asked to end', async () => {
    const marker = join(folder, 'probe');
    const { kill, child } = await parent(marker, false);
    kill('SIGTERM');
    await until(() => !isAlive(child));
    expect(existsSync(marker)).toBe(false);
  });
});
