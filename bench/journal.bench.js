import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './median.js';

export const title = 'status after 10,000 past runs, beside status after one';

const launcher = join(fileURLToPath(new URL('..', import.meta.url)), 'bin', 'dpm-prep.js');
const pastRuns = 10_000;
const rounds = 9;

/** @param {readonly string[]} args */
const dpmPrep = (...args) => {
  const begun = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, [launcher, ...args, '--no-input'], { stdio: 'ignore' });
  return { status, milliseconds: Number(process.hrtime.bigint() - begun) / 1e6 };
};

/**
 * The runs that the journal holds, copied under other ids until it has `count` more.
 * @param {string} path
 * @param {number} count
 */
const addRuns = (path, count) => {
  const text = readFileSync(path, 'utf8').trimEnd();
  const runs = new Set(text.split('\n').map((line) => JSON.parse(line).run));
  const copies = Array.from({ length: Math.ceil(count / runs.size) }, (_, at) =>
    [...runs].reduce((copy, run, which) => copy.replaceAll(run, `past-${at}-${which}`), text),
  );
  appendFileSync(path, `${copies.join('\n')}\n`);
};

export const measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-bench-'));
  try {
    const few = join(folder, 'few');
    const many = join(folder, 'many');
    dpmPrep('rehearse', '--world', few);
    cpSync(few, many, { recursive: true });
    const journal = join(many, 'machines', 'Finance01', 'dpm-prep', 'journal.jsonl');
    addRuns(journal, pastRuns);
    const before = statSync(journal).size;
    // The next run sums the journal up, as each of the 10,000 would have done.
    dpmPrep('install-agent', '--world', many, '--installer', 'D:\\', '--accept-eula', '--yes');
    /** @type {Record<'few' | 'many', number[]>} */
    const times = { few: [], many: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.few.push(dpmPrep('status', '--world', few).milliseconds);
      times.many.push(dpmPrep('status', '--world', many).milliseconds);
    }
    return [
      {
        what: 'size of the journal',
        value: `${(before / 1024 / 1024).toFixed(1)} MB before, ${(statSync(journal).size / 1024).toFixed(0)} KB after the next run`,
      },
      {
        what: `status after ${pastRuns} runs over status after one`,
        value: `${(median(times.many) / median(times.few)).toFixed(2)} times`,
        wanted: 'at most 1.2',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
