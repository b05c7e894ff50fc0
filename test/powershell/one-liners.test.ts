import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { quoted } from '../../src/answers/replay.js';
import { dpmPrep, launcher } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeWithPowerShell, powershell } from './support/host.js';

/* What the page on PowerShell shows for a script is run as it stands there, in PowerShell's own engine. */

const folder = temporaryFolder('one-liners');
const world = join(folder, 'world');

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'powershell.md'), 'utf8');
const shown = [...page.replaceAll('\r\n', '\n').matchAll(/^```powershell\n([^]*?)^```/gm)].map(
  ([, text = '']) => text.trim(),
);

const one = (part: string): string => {
  const found = shown.filter((text) => text.includes(part));
  if (found.length !== 1) throw new Error(`The page shows ${part} ${String(found.length)} times.`);
  return found[0] ?? '';
};

/** Runs script text with `dpm-prep` as a command; what it prints. */
const run = (script: string, environment: Readonly<Record<string, string>> = {}): string => {
  const own = `function dpm-prep { & ${quoted(process.execPath)} ${quoted(launcher)} @args }`;
  const text = `${own}\n[Console]::OutputEncoding = [Text.Encoding]::UTF8\n${script}`;
  return execFileSync(
    powershell,
    ['-NoProfile', '-NonInteractive', '-EncodedCommand', Buffer.from(text, 'utf16le').toString('base64')],
    {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, DPM_PREP_WORLD: world, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
};

describeWithPowerShell('what the page shows for scripts', () => {
  beforeAll(async () => {
    const made = await dpmPrep(['rehearse', '--world', world, '--json']);
    expect(made.code, made.stdout).toBe(0);
  });

  it('is all tried here', () => {
    expect(shown).toHaveLength(5);
  });

  it('reads the status as an object', () => {
    expect(run(`${one('authentication, left')} | Format-List`)).toMatch(
      /role\s+: protected-computer\s+authentication : ntlm\s+left\s+: /,
    );
  });

  it('lists the findings that stop a run, with what to do', () => {
    // A fault stays in its world.
    const broken = join(folder, 'broken');
    cpSync(world, broken, { recursive: true });
    const text = run(`${one('Where-Object status')} | Format-List`, {
      DPM_PREP_WORLD: broken,
      DPM_PREP_FAULT: 'not-elevated',
    });
    expect(text).toMatch(/id\s+: elevation/);
    expect(text).toMatch(/fix\s+: \{/);
  });

  it('has a number for the days of the password', () => {
    expect(Number(run(one('daysLeft')).trim())).toBeGreaterThan(0);
  });

  it('lists the commands of a dry run, and the exit code is known behind the pipe', () => {
    const [command, ...rest] = run(`${one('.steps.command')}; $LASTEXITCODE`)
      .trim()
      .split(/\r?\n/);
    expect(command).toBe('SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark');
    expect(rest.at(-1)).toBe('0');
  });

  it('sets the console to UTF-8 as shown', () => {
    expect(run(`${one('OutputEncoding')}; [Console]::OutputEncoding.WebName`).trim()).toBe('utf-8');
  });
});

describeWithPowerShell('a word of a replay line', () => {
  it.each([
    "it's",
    'it\u2019s \u2018really\u2019 \u201aso\u201b',
    '$env:PATH `n $(1)',
    'a;b|c&d{e}(f)<g>#h,i',
    '@list',
    '-my.pfx',
    '-a:b',
    'C:\\my folder',
    'M\u00fcller',
    '100%',
  ])('reaches the program as it is: %s', (word) => {
    const script = `& ${quoted(process.execPath)} -e ${quoted('process.stdout.write(JSON.stringify(process.argv.slice(1)))')} -- x ${quoted(word)}`;
    expect(JSON.parse(run(script))).toEqual(['x', word]);
  });
});
