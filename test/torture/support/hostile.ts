import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { launcher } from '../../support/cli.js';
import { startNode, type Ended } from './worker.js';

/** What a hostile certificate may cost (src/certificate/limits.ts): seconds of processor time, and memory. */
export const most = { cpuMs: 2_000, megabytes: 300 } as const;

export interface Measured extends Ended {
  /** Processor time of the whole child process, user and system. */
  readonly cpuMs: number;
  /** The most memory that it ever had. */
  readonly megabytes: number;
  readonly wallMs: number;
}

/** Every Node process of the run says at its end what it has cost, in a file of its own. */
const preload = (usage: string): string =>
  `data:text/javascript,${encodeURIComponent(
    `import { writeFileSync } from 'node:fs';
     process.on('exit', () => {
       const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
       writeFileSync(${JSON.stringify(usage)} + process.pid, JSON.stringify([userCPUTime + systemCPUTime, maxRSS]));
     });`,
  )}`;

let count = 0;

export interface MeasureOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs dpm-prep without anyone who could be asked, and measures what it costs. */
export const measure = async (
  folder: string,
  words: readonly string[],
  options: MeasureOptions = {},
): Promise<Measured> => {
  count += 1;
  const usage = join(folder, `usage-${String(count)}-`);
  const begun = performance.now();
  const run = startNode([`--import=${preload(usage)}`, launcher, ...words], {
    environment: { NO_COLOR: '1', ...options.environment },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  const ended = await run.ended;
  const wallMs = performance.now() - begun;
  const file = `${usage}${String(run.child.pid)}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`It crashed: ${String(ended.signal)} ${ended.stderr.slice(-2_000)}`);
  }
  rmSync(file);
  const [cpu, rss] = JSON.parse(text) as [number, number];
  return { ...ended, cpuMs: cpu / 1_000, megabytes: rss / 1_024, wallMs };
};

// Everything a terminal acts on but the end of a line, and what turns the direction of text round.
// eslint-disable-next-line no-control-regex -- what is looked for
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * What every refusal of a hostile file keeps to: the exit code that is documented, one clear sentence on the screen that
 * says `why`, no stack trace, no character that a terminal acts on, and not much text.
 */
export const judge = (ended: Measured, exitCodes: readonly number[], why: RegExp): void => {
  const text = ended.stdout + ended.stderr;
  expect(exitCodes, text.slice(0, 3_000)).toContain(ended.code);
  expect(text).not.toMatch(/\n\s+at |node:internal|\bRangeError\b|\bTypeError\b/);
  expect(acting.exec(text), JSON.stringify(text.slice(0, 3_000))).toBeNull();
  expect(text.length, text.slice(0, 3_000)).toBeLessThan(20_000);
  expect(text).toMatch(why);
  // The sentence stands alone on its line, and ends there.
  const sentence = text.split('\n').find((line) => why.test(line)) ?? '';
  expect(sentence.length, sentence).toBeLessThan(1_500);
};
