import type * as nodeFs from 'node:fs';
import { fsyncSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../src/run/journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// What is on the disk after a power cut cannot be seen here; that the disk was told to write can.
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof nodeFs>();
  return { ...fs, default: fs, fsyncSync: vi.fn(fs.fsyncSync) };
});

const base = temporaryFolder('journal-flush');
const flushed = vi.mocked(fsyncSync);
beforeEach(() => {
  flushed.mockClear();
});

describe('the journal', () => {
  it('is flushed to the disk with each entry, after it was written and before append returns', () => {
    const journal = new Journal(mkdtempSync(join(base, 'j-')));
    const text = (): string => readFileSync(journal.path, 'utf8');
    const atFlush: string[] = [];
    flushed.mockImplementation(() => {
      atFlush.push(text());
    });
    journal.begin({
      command: 'attach',
      procedure: 'ntlm',
      version: '0.0.0',
      processId: 1,
      rehearsal: true,
      answers: {},
      positional: [],
    });
    expect(atFlush).toEqual([text()]);
    journal.append({ event: 'started', step: 'attach', line: 'Attach-NonDomainServer.ps1' });
    expect(atFlush).toHaveLength(2);
    expect(atFlush[1]).toBe(text());
    expect(text()).toContain('"started"');
  });
});
