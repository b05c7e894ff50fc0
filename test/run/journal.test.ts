import { appendFileSync, mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/run/journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('journal');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(base, 'j-'));
});

const begin = (journal: Journal): void => {
  journal.begin({
    command: 'attach',
    procedure: 'ntlm',
    version: '0.0.0',
    processId: 1,
    rehearsal: true,
    answers: { psName: 'Finance01' },
    positional: [],
  });
};
const step = { step: 'attach', line: 'Attach-NonDomainServer.ps1 …' };

describe('the journal', () => {
  it('tells the next run what the interrupted run had begun', () => {
    const first = new Journal(folder);
    begin(first);
    first.append({ event: 'probed', ...step, state: 'not-done', found: 'no', facts: { a: 1 } });
    first.append({ event: 'started', ...step });
    const record = new Journal(folder).recordOf(step.step, step.line);
    expect(record.started).toBeInstanceOf(Date);
    expect(record).toMatchObject({ ended: null, verified: false, facts: { a: 1 }, everVerified: null });
    expect(new Journal(folder).recordOf(step.step, 'another line').started).toBeNull();
  });

  it('is not read where it is larger than 256 MB, and says so', () => {
    const path = join(folder, 'journal.jsonl');
    writeFileSync(path, '{}');
    truncateSync(path, 256 * 1024 * 1024 + 1);
    expect(() => new Journal(folder)).toThrow(
      /journal\.jsonl exceeds dpm-prep's limit of 256 MB\. Nothing was changed\./,
    );
    expect(statSync(path).size).toBe(256 * 1024 * 1024 + 1);
  });

  it('keeps that a step was found done, when the run that found it has come to its end', () => {
    const cut = new Journal(folder);
    begin(cut);
    cut.append({ event: 'started', ...step });
    const resumed = new Journal(folder);
    begin(resumed);
    resumed.append({ event: 'probed', ...step, state: 'done', found: 'yes', facts: {} });
    resumed.append({ event: 'finish', exitCode: 6, problem: null });
    const record = new Journal(folder).recordOf(step.step, step.line);
    expect(record.started).toBeNull();
    expect(record.everVerified).toBeInstanceOf(Date);
  });

  it('closes what a run that came to its end had begun', () => {
    const journal = new Journal(folder);
    begin(journal);
    journal.append({ event: 'started', ...step });
    journal.append({ event: 'ended', ...step, ending: 'ended', exitCode: 0, output: [] });
    journal.append({ event: 'verified', ...step, state: 'verified', found: 'yes', facts: {} });
    journal.append({ event: 'finish', exitCode: 6, problem: null });
    const record = new Journal(folder).recordOf(step.step, step.line);
    expect(record.started).toBeNull();
    expect(record.everVerified).toBeInstanceOf(Date);
  });

  it('keeps open what a failed run had begun', () => {
    const journal = new Journal(folder);
    begin(journal);
    journal.append({ event: 'started', ...step });
    journal.append({ event: 'finish', exitCode: 4, problem: 'x' });
    expect(new Journal(folder).recordOf(step.step, step.line).started).not.toBeNull();
    expect(new Journal(folder).runs).toMatchObject([{ finished: { exitCode: 4 } }]);
  });

  it('skips a torn last line at every length, and continues after it', () => {
    const journal = new Journal(folder);
    begin(journal);
    const whole = readFileSync(journal.path).length;
    journal.append({ event: 'started', ...step });
    const size = readFileSync(journal.path).length;
    for (let length = whole + 1; length < size - 1; length += 7) {
      const copy = mkdtempSync(join(base, 't-'));
      writeFileSync(join(copy, 'journal.jsonl'), readFileSync(journal.path));
      truncateSync(join(copy, 'journal.jsonl'), length);
      const torn = new Journal(copy);
      expect(torn.recordOf(step.step, step.line).started).toBeNull();
      begin(torn);
      expect(new Journal(copy).runs).toHaveLength(2);
    }
  });

  it('stops at garbage in the middle and at a newer schema, and changes nothing', () => {
    const journal = new Journal(folder);
    begin(journal);
    appendFileSync(journal.path, 'garbage\n');
    begin(journal);
    expect(() => new Journal(folder)).toThrow(/line 2: it is not JSON/);
    writeFileSync(journal.path, '{"v":2,"event":"run"}\n');
    expect(() => new Journal(folder)).toThrow(/newer version/);
    writeFileSync(journal.path, '{"v":1,"event":"unheard of"}\n{}\n');
    expect(() => new Journal(folder)).toThrow(/not an entry/);
  });

  it.skipIf(process.platform === 'win32')('is private to the user (file modes are not Windows’)', () => {
    const journal = new Journal(folder);
    begin(journal);
    expect(statSync(journal.path).mode & 0o777).toBe(0o600);
  });
});
