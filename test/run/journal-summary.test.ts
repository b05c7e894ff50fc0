import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listedBeforeCut, lossesIn } from '../../src/application/attach/history.js';
import { credentialFileOf } from '../../src/steps/credential-files.js';
import { Journal } from '../../src/run/journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('journal-summary');
const fresh = (): string => mkdtempSync(join(base, 'j-'));

const begin = (journal: Journal, more: { procedure?: string; psName?: string } = {}): string =>
  journal.begin({
    command: 'attach',
    procedure: more.procedure ?? 'ntlm',
    version: '0.0.0',
    processId: 1,
    rehearsal: true,
    answers: { psName: more.psName ?? 'Finance01' },
    positional: [],
  });

const oneRun = (
  journal: Journal,
  step: { readonly step: string; readonly line: string },
  facts: Record<string, unknown>,
  exitCode: number | null = 0,
): void => {
  begin(journal);
  journal.append({ event: 'probed', ...step, state: 'not-done', found: 'not there', facts: {} });
  journal.append({ event: 'started', ...step });
  journal.append({ event: 'ended', ...step, ending: 'ended', exitCode: 0, output: ['x'.repeat(2_000)] });
  if (exitCode === null) return;
  journal.append({ event: 'verified', ...step, state: 'verified', found: 'there', facts });
  journal.append({ event: 'finish', exitCode, problem: null });
};

let copies = 0;

/** Copies of a finished run, as thousands of runs leave them; writing each with fsync would take minutes. */
const pastRuns = (folder: string, count: number): void => {
  const path = join(folder, 'journal.jsonl');
  const [line = ''] = readFileSync(path, 'utf8').split('\n').slice(-2);
  const { run } = JSON.parse(line) as { run: string };
  const own = readFileSync(path, 'utf8')
    .split('\n')
    .filter((one) => one.includes(run))
    .join('\n');
  const text = Array.from({ length: count }, () => {
    copies += 1;
    return own.replaceAll(run, `past-${String(copies)}`);
  }).join('\n');
  appendFileSync(path, `${text}\n`);
};

const step = (name: string): { step: string; line: string } => ({ step: name, line: `${name} ...` });

describe('a journal of thousands of runs', () => {
  it('is summed up when the next run begins, and stays small', () => {
    const folder = fresh();
    oneRun(new Journal(folder), step('attach:Finance01'), { psName: 'Finance01' });
    pastRuns(folder, 3_000);
    const journal = new Journal(folder);
    begin(journal);
    expect(statSync(journal.path).size).toBeLessThan(64 * 1024);
    const again = new Journal(folder);
    expect(again.runs.length + again.earlierRuns).toBe(3_002);
    for (let round = 0; round < 3; round += 1) {
      pastRuns(folder, 1_000);
      begin(new Journal(folder));
      expect(statSync(journal.path).size).toBeLessThan(160 * 1024);
    }
    const last = new Journal(folder);
    expect(last.runs.length + last.earlierRuns).toBe(6_005);
  });

  it('keeps every credential file that was ever verified, though each run wrote into another folder', () => {
    const folder = fresh();
    oneRun(
      new Journal(folder),
      { step: 'set-dpm-credentials', line: 'run 000' },
      {
        credentialFile: { path: 'C:\\own.bin', name: 'own.bin', sha256: 'hash-000' },
      },
    );
    const first = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    const { run } = JSON.parse(first.split('\n')[0] ?? '') as { run: string };
    const numbers = Array.from({ length: 150 }, (_, at) => String(at).padStart(3, '0'));
    for (const number of numbers.slice(1))
      appendFileSync(
        join(folder, 'journal.jsonl'),
        first
          .replaceAll(run, `run-${number}`)
          .replaceAll('run 000', `run ${number}`)
          .replaceAll('hash-000', `hash-${number}`),
      );
    const journal = new Journal(folder);
    oneRun(journal, step('attach:Other'), { psName: 'Other' });
    pastRuns(folder, 500);
    const later = new Journal(folder);
    begin(later);
    const kept = new Journal(folder).entries.flatMap((entry) =>
      entry.event === 'verified' ? [credentialFileOf(entry.facts)?.sha256] : [],
    );
    for (const number of numbers) expect(kept).toContain(`hash-${number}`);
  });

  it('keeps which files did harm, and what was listed before an attach that was interrupted', () => {
    const folder = fresh();
    const loss = { sha256: 'bad', names: ['Finance01'] };
    oneRun(new Journal(folder), step('attach:Harmed'), { loss }, 5);
    const journal = new Journal(folder);
    begin(journal);
    const of = step('attach:Cut');
    const facts = { attach: { method: 'certificate', sha256: 'cut' }, listedBefore: ['Finance02'] };
    journal.append({ event: 'probed', ...of, state: 'not-done', found: '', facts });
    journal.append({ event: 'started', ...of });
    pastRuns(folder, 1_000);
    begin(new Journal(folder));
    const again = new Journal(folder);
    expect(again.earlierRuns).toBeGreaterThan(0);
    expect(lossesIn(again)).toEqual([loss]);
    expect(listedBeforeCut(again, 'cut')).toEqual(['Finance02']);
  });

  it('keeps what an unfinished run began, and that a step was once verified', () => {
    const folder = fresh();
    const journal = new Journal(folder);
    oneRun(journal, step('verified-once'), { account: 'mark' });
    oneRun(journal, step('cut-off'), {}, null);
    begin(journal, { procedure: 'certificate', psName: 'Kept' });
    journal.append({ event: 'finish', exitCode: 6, problem: null });
    oneRun(journal, step('attach:Other'), {});
    pastRuns(folder, 1_000);
    begin(new Journal(folder));
    const later = new Journal(folder);
    expect(later.earlierRuns).toBeGreaterThan(500);
    expect(later.recordOf('cut-off', 'cut-off ...')).toMatchObject({
      ended: { exitCode: 0 },
      verified: false,
    });
    expect(later.recordOf('cut-off', 'cut-off ...').started).toBeInstanceOf(Date);
    expect(later.recordOf('verified-once', 'verified-once ...')).toMatchObject({
      started: null,
      facts: { account: 'mark' },
    });
    expect(later.recordOf('verified-once', 'verified-once ...').everVerified).toBeInstanceOf(Date);
    expect(later.runs.findLast(({ run }) => run.procedure === 'certificate')?.run.answers).toEqual({
      psName: 'Kept',
    });
  });

  it('stays as it is where the summary cannot be written', () => {
    const folder = fresh();
    oneRun(new Journal(folder), step('attach:Finance01'), {});
    pastRuns(folder, 1_000);
    mkdirSync(join(folder, 'journal.jsonl.part'));
    const before = statSync(join(folder, 'journal.jsonl')).size;
    begin(new Journal(folder));
    expect(statSync(join(folder, 'journal.jsonl')).size).toBeGreaterThan(before);
    expect(new Journal(folder).runs).toHaveLength(1_002);
  });
});

describe('the file of the journal', () => {
  it.skipIf(process.platform === 'win32')('is refused where it is a link or a folder', () => {
    const linked = fresh();
    writeFileSync(join(linked, 'target'), '');
    symlinkSync(join(linked, 'target'), join(linked, 'journal.jsonl'));
    expect(() => new Journal(linked)).toThrow(/is not a regular file/);
    const folder = fresh();
    mkdirSync(join(folder, 'journal.jsonl'));
    expect(() => new Journal(folder)).toThrow(/is not a regular file/);
  });

  it('names who ran it, and on which computer', () => {
    const journal = new Journal(fresh());
    begin(journal);
    const [run] = journal.runs;
    expect(run?.run.operator).toMatch(/\S/);
    expect(run?.run.host).toMatch(/\S/);
  });
});
