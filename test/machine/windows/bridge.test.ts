import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { Bridge } from '../../../src/machine/windows/bridge.js';
import { questionScripts } from '../../../src/machine/windows/scripts.js';
import { describeIfNot } from '../../support/lacking.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const root = temporaryFolder('bridge');

/**
 * A child process in place of powershell.exe. It ends with `code` and without an answer so many times; then it answers
 * { "told": starts }. It counts its starts in a file.
 */
const powershellThatIsSilent = (times: number, code = 0): { readonly path: string; starts: () => number } => {
  const folder = mkdtempSync(join(root, 'in-'));
  const [path, count] = [join(folder, 'powershell'), join(folder, 'starts')];
  writeFileSync(
    path,
    `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync(${JSON.stringify(count)}, 'x');
const starts = fs.readFileSync(${JSON.stringify(count)}, 'utf8').length;
const { nonce } = JSON.parse(Buffer.from(fs.readFileSync(0, 'utf8'), 'base64'));
if (starts <= ${String(times)}) process.exit(${String(code)});
const answer = JSON.stringify({ ok: true, answer: { told: starts }, codePages: null });
console.log(nonce + 'R' + Buffer.from(answer).toString('base64') + '.');
`,
  );
  chmodSync(path, 0o755);
  return { path, starts: () => (existsSync(count) ? readFileSync(count, 'utf8').length : 0) };
};

const call = { script: questionScripts.services, input: { names: [] }, timeoutMs: 20_000 } as const;
const shape = z.object({ told: z.number() });

describeIfNot(
  process.platform === 'win32' ? 'needs POSIX: a script as a program' : null,
  'a question that gets no answer',
  () => {
    const asking = (powershell: string): { readonly ask: () => Promise<unknown>; notes: string[] } => {
      const notes: string[] = [];
      const bridge = new Bridge({ powershell, onSecondTry: (line) => notes.push(line) });
      return { notes, ask: async () => bridge.ask('services', shape, call) };
    };

    it('is asked a second time where PowerShell ended with 0, and says so', async () => {
      const { path, starts } = powershellThatIsSilent(1);
      const { ask, notes } = asking(path);
      expect(await ask()).toEqual({ told: 2 });
      expect(starts()).toBe(2);
      expect(notes).toEqual([
        'Windows is asked about services a second time: PowerShell ended with exit code 0 without an answer.',
      ]);
    });

    it('is not asked a third time', async () => {
      const { path, starts } = powershellThatIsSilent(9);
      await expect(asking(path).ask()).rejects.toThrow(
        'Windows gave no answer about services: PowerShell ended with exit code 0 without an answer, in two tries.',
      );
      expect(starts()).toBe(2);
    });

    it('is asked once where it was answered, or where PowerShell failed', async () => {
      const answered = powershellThatIsSilent(0);
      const good = asking(answered.path);
      expect(await good.ask()).toEqual({ told: 1 });
      expect(good.notes).toEqual([]);
      const failing = powershellThatIsSilent(9, 5);
      await expect(asking(failing.path).ask()).rejects.toThrow('ended with exit code 5 without an answer.');
      expect(failing.starts()).toBe(1);
    });

    it('runs a call that is not a question only once', async () => {
      const { path, starts } = powershellThatIsSilent(1);
      const reply = await new Bridge({ powershell: path }).call(call);
      expect(reply).toMatchObject({
        kind: 'error',
        error: 'PowerShell ended with exit code 0 without an answer',
      });
      expect(starts()).toBe(1);
    });
  },
);
