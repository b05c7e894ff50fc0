import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { powershell } from './support/node.js';
import { describeWith } from './support/parts.js';
import { WindowsComputer } from './support/wine.js';

/*
 * Guards the suite itself: a stand-in that ran scripts without a console, or a launcher that gave a console to everything,
 * would hide that the program starts PowerShell in a way in which it does nothing.
 */
describeWith(['Wine', 'mingw gcc', '.NET SDK'], 'a console', () => {
  const proof = 'C:\\ran.txt';
  const script = `[IO.File]::WriteAllText('${proof}', 'x'); 'it ran'; exit 7`;
  let computer: WindowsComputer;

  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
  });
  afterAll(async () => {
    await computer.end();
  });

  const run = async (noConsole: boolean) => {
    await rm(computer.place(proof), { force: true });
    const { exitCode, stdout } = await computer.run({
      path: powershell,
      arguments: [
        ...['-NoProfile', '-NonInteractive', '-EncodedCommand'],
        Buffer.from(script, 'utf16le').toString('base64'),
      ],
      noConsole,
    });
    return { exitCode, said: stdout.trim(), ran: existsSync(computer.place(proof)) };
  };

  it('is what PowerShell needs: without one it does nothing and ends with 0', async () => {
    expect(await run(true)).toEqual({ exitCode: 0, said: '', ran: false });
  });

  it('is enough where it is hidden: the script runs, and its exit code arrives', async () => {
    expect(await run(false)).toEqual({ exitCode: 7, said: 'it ran', ran: true });
  });
});
