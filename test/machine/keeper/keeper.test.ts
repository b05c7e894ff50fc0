import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { FrameReader } from '../../../src/machine/keeper/frames.js';
import { hideLine, keeperFlag, orderLine, type Order } from '../../../src/machine/keeper/order.js';
import { askedPath, recordPath } from '../../../src/machine/keeper/record.js';
import { KeptResults, type Kept } from '../../../src/machine/keeper/results.js';
import { runProcess } from '../../../src/machine/process.js';
import { Secret } from '../../../src/secret.js';
import { launcher } from '../../support/cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { bundleWorker } from '../../support/worker.js';

const folder = temporaryFolder('keeper');
const fresh = (): string => mkdtempSync(join(folder, 'state-'));
const about = { step: 'step', line: 'Tool.exe -x' };
const onLinux = process.platform === 'linux';
const worker = bundleWorker(new URL('workers/start-one.ts', import.meta.url), folder);
const password = 'Geh3im-"Wört\\er"-ü';
const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, password);

/** Reads all of its input, works, then writes its name and what it read into a file, once for each start. */
const tool = (marker: string, workMs: number, before = ''): readonly string[] => [
  '-e',
  `${before}; let read = ''; process.stdin.on('data', (text) => { read += text; }).on('end', () => {
     setTimeout(() => { require('node:fs').appendFileSync(process.argv[1], 'did it with ' + read.length + '\\n'); console.log('done'); process.exitCode = 41; }, ${String(workMs)}); });`,
  marker,
];

const settle = async (state: string, onWaiting = (): void => undefined): Promise<Kept> =>
  new KeptResults(state).settle(about, { signal: AbortSignal.timeout(25_000), onWaiting });

interface Parent {
  readonly child: ChildProcess;
  readonly started: Promise<number>;
  readonly ended: Promise<string>;
}

const startParent = (state: string, words: readonly string[]): Parent => {
  const child = spawn(process.execPath, [worker, state, passwordFile, process.execPath, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const started = new Promise<number>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      const id = /started (\d+)/.exec(said)?.[1];
      if (id !== undefined) resolve(Number(id));
    });
  });
  const ended = new Promise<string>((resolve) => {
    child.once('close', () => {
      resolve(said);
    });
  });
  return { child, started, ended };
};

const lines = (path: string): number =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;

const keeperIn = (record: string): number => {
  const { keeper } = JSON.parse(readFileSync(record, 'utf8')) as { keeper: { processId: number } };
  return keeper.processId;
};

/** A keeper that this test talks to by hand. */
const startKeeper = (order: Order): ChildProcess => {
  const keeper = spawn(process.execPath, [launcher, keeperFlag, 'tool'], {
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
    detached: true,
  });
  keeper.stdin?.write(orderLine(order));
  return keeper;
};
const ended = async (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });
const channelOf = (keeper: ChildProcess): NodeJS.WritableStream => {
  const channel = keeper.stdio[3];
  if (channel === null || channel === undefined || !('write' in channel)) throw new Error('no channel');
  return channel;
};
const orderFor = (marker: string, state: string, more: Partial<Order> = {}): Order => {
  const keepAt = new KeptResults(state).place(about);
  mkdirSync(keepAt.folder, { recursive: true });
  writeFileSync(askedPath(keepAt), JSON.stringify({ v: 1, ...about, tool: 'tool' }));
  return {
    path: process.execPath,
    arguments: tool(marker, 0),
    folder,
    environment: {},
    inputBytes: 4,
    marker: null,
    keepAt,
    ...more,
  };
};

describe('dpm-prep is killed', () => {
  const moments = 16;
  /** From the start of dpm-prep to a tool that works, and a little more. Milliseconds, on this machine. */
  let wholeMs = 0;
  beforeAll(async () => {
    const state = fresh();
    const begun = performance.now();
    const parent = startParent(state, tool(join(state, 'work'), 0));
    await parent.started;
    wholeMs = (performance.now() - begun) * 1.3;
    await parent.ended;
  });

  it.each([...Array(moments).keys()])(
    'at moment %i: the tool did all of its work and the result says so, or it never starts',
    async (n) => {
      const state = fresh();
      const marker = join(state, 'work');
      const { child, ended: parentEnded } = startParent(state, tool(marker, 300));
      await sleep(((n + 1) / moments) * wholeMs);
      child.kill('SIGKILL');
      await parentEnded;
      const kept = await settle(state);
      if (kept.kind === 'ended') {
        expect(kept.ending).toMatchObject({ exitCode: 41, signal: null });
        expect(kept.ending.stdout.toString()).toBe('done\n');
        expect(readFileSync(marker, 'utf8')).toBe(`did it with ${String(password.length)}\n`);
      } else {
        expect(['none', 'not-started']).toContain(kept.kind);
        await sleep(1_500);
        expect(existsSync(marker)).toBe(false);
      }
      new KeptResults(state).clear(() => false);
      expect(existsSync(join(state, 'kept'))).toBe(false);
    },
  );

  it('while the tool works: the next run waits for it and reads how it ended', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const parent = startParent(state, tool(marker, 2_500));
    await parent.started;
    parent.child.kill('SIGKILL');
    let waited = 0;
    const kept = await settle(state, () => (waited += 1));
    expect(waited).toBeGreaterThan(1);
    expect(kept).toMatchObject({ kind: 'ended', ending: { exitCode: 41 } });
    expect(lines(marker)).toBe(1);
  });

  it('while nobody reads 100 MB of output: the tool is not held up, and the end of it is kept', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const flood = `for (let n = 0; n < 1600; n += 1) require('node:fs').writeSync(1, Buffer.alloc(65536, 'x')); require('node:fs').writeSync(1, '\\nlast line\\n')`;
    const parent = startParent(state, tool(marker, 0, `process.stdin.once('data', () => { ${flood} })`));
    await parent.started;
    parent.child.kill('SIGSTOP');
    const kept = await settle(state);
    expect(kept).toMatchObject({ kind: 'ended', ending: { exitCode: 41 } });
    if (kept.kind === 'ended') expect(kept.ending.stdout.toString()).toMatch(/last line\ndone\n$/);
    expect(lines(marker)).toBe(1);
    parent.child.kill('SIGCONT');
    // It had stood still meanwhile, and hears of the end all the same.
    expect(await parent.ended).toMatch(/ended\n$/);
  });
});

describe('the keeper', () => {
  it('does not start a tool whose input is not whole', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const keeper = startKeeper(orderFor(marker, state));
    channelOf(keeper).write(hideLine([]));
    keeper.stdin?.end('abc');
    await ended(keeper);
    expect(existsSync(marker)).toBe(false);
    expect(await settle(state)).toEqual({ kind: 'not-started' });
  });

  it('starts it once all of it is there, also where the channel is gone by then', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const keeper = startKeeper(orderFor(marker, state));
    channelOf(keeper).write(hideLine([]), () => {
      setTimeout(() => {
        keeper.stdio[3]?.destroy();
        keeper.stdin?.write('abcd');
      }, 500);
    });
    await ended(keeper);
    expect(readFileSync(marker, 'utf8')).toBe('did it with 4\n');
    expect(await settle(state)).toMatchObject({ kind: 'ended', ending: { exitCode: 41 } });
  });

  it('does not start a tool before it knows what it must not write down', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const keeper = startKeeper(orderFor(marker, state));
    keeper.stdin?.end('abcd');
    await sleep(800);
    keeper.stdio[3]?.destroy();
    await ended(keeper);
    expect(existsSync(marker)).toBe(false);
  });

  it('does not start a tool that a later run has withdrawn', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const keeper = startKeeper(orderFor(marker, state));
    expect(await settle(state)).toEqual({ kind: 'not-started' });
    channelOf(keeper).write(hideLine([]));
    keeper.stdin?.end('abcd');
    await ended(keeper);
    expect(existsSync(marker)).toBe(false);
  });

  it('says of a program that is missing that it was not started', async () => {
    const state = fresh();
    const outcome = await runProcess({
      path: join(folder, 'missing.exe'),
      arguments: [],
      input: { kind: 'none' },
      outlivesUs: true,
      keepAt: new KeptResults(state).place(about),
    });
    expect(outcome).toMatchObject({ ending: 'refused' });
    expect(outcome.refusal).toContain('does not exist');
    expect(await settle(state)).toEqual({ kind: 'not-started' });
  });

  it('is killed itself: what became of the tool is unknown, here and for a later run', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const kept = new KeptResults(state);
    const keepAt = kept.place(about);
    const outcome = await runProcess({
      path: process.execPath,
      arguments: tool(marker, 1_500),
      input: { kind: 'none' },
      outlivesUs: true,
      keepAt,
      onStarted: () => {
        process.kill(keeperIn(recordPath(keepAt)), 'SIGKILL');
      },
    });
    expect(outcome).toMatchObject({ ending: 'lost', exitCode: null });
    expect(await settle(state)).toEqual({ kind: 'lost', processId: outcome.processId });
    kept.clear(() => false);
    expect(existsSync(join(state, 'kept'))).toBe(false);
  });

  it('takes no notice of signals', async () => {
    const state = fresh();
    const marker = join(state, 'work');
    const parent = startParent(state, tool(marker, 1_000));
    await parent.started;
    const [file = ''] = readdirSync(join(state, 'kept')).filter((name) => name.endsWith('.json'));
    const keeper = keeperIn(join(state, 'kept', file));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(keeper, signal);
    expect(await parent.ended).toMatch(/ended\n$/);
    expect(lines(marker)).toBe(1);
  });
});

describe('the password', () => {
  /** Every form in which a tool might print it. */
  const prints = `process.stdin.once('data', (text) => { const fs = require('node:fs');
    fs.writeSync(1, 'plain: ' + text + '\\n'); fs.writeSync(1, Buffer.from('latin1: ' + text + '\\n', 'latin1')); fs.writeSync(2, Buffer.from('wide: ' + text + '\\n', 'utf16le'));
    fs.writeSync(1, 'f'.repeat(32) + 'L' + Buffer.from('said ' + text).toString('base64') + '.\\n');
    fs.writeSync(1, 'f'.repeat(32) + 'R' + Buffer.from(JSON.stringify({ error: 'bad ' + text })).toString('base64') + '.\\n'); })`;

  it.runIf(onLinux)(
    'is in no file, command line or environment while the tool works, nor afterwards',
    async () => {
      const state = fresh();
      const parent = startParent(state, tool(join(state, 'work'), 1_500, prints));
      const toolId = await parent.started;
      const seen = ['cmdline', 'environ'].flatMap((what) =>
        readdirSync('/proc')
          .filter((id) => /^\d+$/.test(id))
          .map((id) => {
            try {
              return readFileSync(`/proc/${id}/${what}`, 'latin1');
            } catch {
              return '';
            }
          }),
      );
      const needle = Buffer.from(password).toString('latin1');
      const inBase64 = Buffer.from(password).toString('base64').slice(0, -4);
      expect(seen.some((text) => text.includes(keeperFlag))).toBe(true);
      expect(seen.some((text) => text.includes(needle) || text.includes(inBase64))).toBe(false);
      const grep = (): string =>
        execFileSync('grep', ['-rlaE', 'Geh3im|R2VoM2lt|dlaDNpb|HZWgzaW', state], {
          encoding: 'utf8',
        });
      expect(() => grep()).toThrow();
      expect(process.kill(toolId, 0)).toBe(true);
      parent.child.kill('SIGKILL');
      const kept = await settle(state);
      expect(() => grep()).toThrow();
      expect(kept.kind).toBe('ended');
      if (kept.kind !== 'ended') return;
      const { stdout, stderr } = kept.ending;
      expect(stdout.toString('latin1')).toContain('plain: [hidden]\nlatin1: [hidden]\n');
      expect(stderr.toString('latin1')).toContain('[hidden]');
      const said = [...stdout.toString('latin1').matchAll(/^f{32}[LR](.*)\.$/gm)].map(([, text = '']) =>
        Buffer.from(text, 'base64').toString('utf8'),
      );
      expect(said).toEqual(['said [hidden]', '{"error":"bad [hidden]"}']);
    },
  );

  it('is known to the keeper without being asked for', async () => {
    const state = fresh();
    const secret = new Secret('Another-Secret-9');
    const kept = new KeptResults(state);
    await runProcess({
      path: process.execPath,
      arguments: ['-e', `console.log('it is Another-' + 'Secret-9')`],
      input: { kind: 'none' },
      outlivesUs: true,
      keepAt: kept.place(about),
    });
    const found = await settle(state);
    expect(found.kind === 'ended' && found.ending.stdout.toString()).toBe('it is [hidden]\n');
    expect(secret.isEmpty).toBe(false);
  });
});

describe('frames', () => {
  it('are put together from pieces of any size', async () => {
    const { eventFrame, frame } = await import('../../../src/machine/keeper/frames.js');
    const bytes = Buffer.concat([
      frame('o', Buffer.from('out')),
      frame('e', Buffer.alloc(0)),
      eventFrame({ event: 'ended', exitCode: 3010, signal: null }),
    ]);
    for (let size = 1; size <= bytes.length; size += 1) {
      const got: string[] = [];
      const reader = new FrameReader(({ kind, content }) => got.push(`${kind}${content.toString()}`));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(got).toEqual(['oout', 'e', 'j{"event":"ended","exitCode":3010,"signal":null}']);
    }
  });
});
