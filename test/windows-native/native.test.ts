import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, win32 } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeptResults } from '../../src/machine/keeper/results.js';
import type { QuestionInput, QuestionName } from '../../src/machine/questions.js';
import { runOnConsole } from '../../src/machine/windows/console-feed.js';
import { windowsPowerShell } from '../../src/machine/windows/system-directory.js';
import { WindowsMachine } from '../../src/machine/windows/windows-machine.js';
import { Secret } from '../../src/secret.js';
import { describeIfNot } from '../support/lacking.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { bundleWorker } from '../support/worker.js';
import { storeFile } from '../windows/support/store.js';
import { selfSigned } from './self-signed.js';

/*
 * What only a real Windows with Windows PowerShell 5.1 can show. Everything that this changes it puts back: files are in
 * temporary folders, certificates are removed with their keys. It ran under Wine 8 with the console host of PowerShell 7,
 * never on Windows. Each test prints what Windows answered, so that its first run names what is wrong.
 */

const onWindows = process.platform === 'win32';
const powershell = onWindows ? windowsPowerShell() : '';
const folder = temporaryFolder('native');
const machine = new WindowsMachine({ powershell });

const encoded = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const runScript = (text: string) =>
  spawnSync(powershell, ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded(text)], {
    encoding: 'utf8',
    windowsHide: true,
    input: '',
  });
/** A program of Windows itself, wherever Windows is. */
const inSystem = (name: string): string => win32.join(win32.resolve(powershell, '..\\..\\..'), name);
const elevated = onWindows && spawnSync(inSystem('net.exe'), ['session'], { windowsHide: true }).status === 0;

const cmdlet = { command: 'Get-ChildItem', module: 'Microsoft.PowerShell.Management' } as const;

const inputs: Partial<{ readonly [Q in QuestionName]: QuestionInput<Q> }> = {
  computer: {},
  installation: {},
  'agent-installers': { path: null },
  'installation-log': { lines: 20 },
  'local-users': {},
  'firewall-rules': {},
  'command-parameters': cmdlet,
  'domain-controller': {},
  'last-start': {},
  'running-tools': { path: inSystem('svchost.exe') },
  'listening-ports': {},
  services: { names: ['EventLog', 'no-such-service'] },
  'installed-programs': { nameContains: ['Microsoft'] },
  volumes: {},
  ipsec: {},
  'dpm-module': {},
};

describeIfNot(onWindows ? null : 'needs Windows', 'on a real Windows', () => {
  it('PowerShell is Windows PowerShell 5.1', () => {
    const { stdout, status, stderr } = runScript('[string]$PSVersionTable.PSVersion');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^5\.1\./);
  });

  it.each(Object.entries(inputs))('answers the question %s in its shape', async (question, input) => {
    const answer = await machine.ask(question as QuestionName, input);
    process.stdout.write(`${question}: ${JSON.stringify(answer).slice(0, 1_000)}\n`);
  });

  it('knows a service from one that is not there', async () => {
    const { services } = await machine.ask('services', { names: ['EventLog', 'no-such-service'] });
    expect(services.map(({ state }) => state)).toEqual(['running', 'absent']);
  });

  it('knows this computer', async () => {
    const answer = await machine.ask('computer', {});
    expect(answer).toMatchObject({ netbiosName: hostname().slice(0, 15).toUpperCase(), elevated });
    expect(win32.normalize(answer.systemDirectory).toLowerCase()).toMatch(/\\(?:system32|sysnative)$/);
  });

  it('lists the parameters of a cmdlet and of a script', async () => {
    const script = join(folder, 'script.ps1');
    writeFileSync(script, 'param([Parameter(Mandatory)][string]$DPMServerName, [securestring]$Password)\n');
    const ofScript = await machine.ask('command-parameters', { command: script, module: null });
    expect(ofScript).toMatchObject({ exists: true, problem: null });
    expect(ofScript.parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['DPMServerName', 'Password']),
    );
    const ofCmdlet = await machine.ask('command-parameters', cmdlet);
    expect(ofCmdlet.exists).toBe(true);
    expect(ofCmdlet.parameters.map(({ name }) => name)).toContain('Recurse');
  });

  it('finds a local account by its name as in the list of all, and not one that does not exist', async () => {
    const all = await machine.ask('local-users', {});
    process.stdout.write(`local accounts: ${String(all.users.length)}\n`);
    expect(all.users.length).toBeGreaterThan(0);
    const steady = ({ name, enabled, passwordExpires, administrator }: (typeof all.users)[number]) => ({
      name,
      enabled,
      passwordExpires,
      administrator,
    });
    const names = all.users.slice(0, 3).map(({ name }) => name);
    const found = await machine.ask('local-users', { names: [...names, 'dpm-prep-nobody'] });
    expect(found.users.map(steady)).toEqual(all.users.slice(0, 3).map(steady));
  });

  it('says by a code that we know that an account does not exist', () => {
    const { stdout } = runScript(
      "$e = $null; try { $null = ([ADSI]'WinNT://.,computer').PSBase.Children.Find('dpm-prep-nobody', 'User') } " +
        'catch { $e = $_.Exception }; while ($e.InnerException) { $e = $e.InnerException }; $e.HResult',
    );
    process.stdout.write(`an account that does not exist: ${stdout.trim()}\n`);
    expect(['-2147022675', '-2147023564', '-2147463164']).toContain(stdout.trim());
  });

  it('PowerShell without a console: what it does is printed, and is why there is a keeper', async () => {
    const proof = join(folder, 'detached');
    const child = spawn(
      powershell,
      [
        '-NoProfile',
        '-NonInteractive',
        '-EncodedCommand',
        encoded(`[IO.File]::WriteAllText('${proof}', 'x')`),
      ],
      { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const code = await new Promise((resolve) => child.once('close', resolve));
    process.stdout.write(
      `detached: exit code ${String(code)}, ${existsSync(proof) ? 'ran' : 'did not run'}\n`,
    );
  });

  it('an act runs through a keeper: our own folder is protected', async () => {
    const path = join(folder, 'protected');
    const result = await machine.perform(
      { kind: 'act', act: 'protect-folder', input: { path }, shown: 'icacls' },
      { attended: false },
    );
    expect(result).toMatchObject({ ending: 'ended', error: null });
  });

  describe('the keeper', () => {
    // Not while the file is read: a fault here must not hide what the other tests say.
    let worker = '';
    beforeAll(() => {
      worker = bundleWorker(new URL('workers/act-then-die.ts', import.meta.url), folder);
    });
    it.each([
      ['lives on', false],
      ['is killed', true],
    ])('dpm-prep %s: the script does all of its work, and its exit code is known', async (_what, kill) => {
      const state = temporaryFolder('native-state');
      const proof = join(state, 'proof');
      const script = `$line = [Console]::In.ReadLine(); if (-not $line) { foreach ($l in $input) { $line = $l } }; Start-Sleep -Seconds 3; [IO.File]::WriteAllText('${proof}', $line); exit 3010`;
      const parent = spawn(process.execPath, [worker, state, powershell, encoded(script), 'the input']);
      const said: string[] = [];
      parent.stdout.on('data', (text: Buffer) => {
        said.push(text.toString());
        if (kill && said.join('').includes('started')) parent.kill('SIGKILL');
      });
      await new Promise((resolve) => parent.once('close', resolve));
      const kept = await new KeptResults(state).settle(
        { step: 'native', line: 'native' },
        { signal: AbortSignal.timeout(60_000), onWaiting: () => undefined },
      );
      expect(kept).toMatchObject({ kind: 'ended', ending: { exitCode: 3010 } });
      expect(readFileSync(proof, 'utf8').trim()).toBe('the input');
      if (!kill) expect(said.join('')).toContain('ended 3010');
    });
  });

  it('types a password for a program that reads it from its console', async () => {
    const proof = join(folder, 'typed');
    const reads = `$p = Read-Host -Prompt 'Password' -AsSecureString; [IO.File]::WriteAllText('${proof}', [string]$p.Length); exit 0`;
    const outcome = await runOnConsole({
      powershell,
      path: powershell,
      arguments: ['-NoProfile', '-EncodedCommand', encoded(reads)],
      folder,
      password: new Secret('Typed-Password-1'),
      maxAnswers: 1,
      silenceMs: 30_000,
    });
    expect(outcome).toMatchObject({ ending: 'ended', exitCode: 0, answers: 1, error: null });
    expect(readFileSync(proof, 'utf8')).toBe('16');
  });
});

describeIfNot(
  !onWindows ? 'needs Windows' : elevated ? null : 'needs an elevated prompt',
  'the store of a real Windows',
  () => {
    const path = (thumbprint: string): string => `Cert:\\LocalMachine\\My\\${thumbprint}`;
    /** Removes a certificate, and the key that was imported with it; throws where it is still there afterwards. */
    const remove = (thumbprint: string, withKey: boolean): void => {
      const script = `if (Test-Path '${path(thumbprint)}') { Remove-Item '${path(thumbprint)}'${withKey ? ' -DeleteKey' : ''} }; Test-Path '${path(thumbprint)}'`;
      const { stdout, stderr } = runScript(script);
      if (stdout.trim() !== 'False')
        throw new Error(`Remove ${path(thumbprint)} by hand: ${stdout.trim()} ${stderr.trim()}`);
    };

    it('reads the record of a key that was put there as a fixture', async () => {
      const leaf = selfSigned('dpm-prep-fixture');
      const file = join(folder, 'store.reg');
      const record = { container: 'not-there', provider: 'Microsoft RSA SChannel Cryptographic Provider' };
      writeFileSync(
        file,
        storeFile([{ der: leaf.der, record: { ...record, type: 12, flags: 32, spec: 1 } }]),
      );
      try {
        const imported = spawnSync(inSystem('reg.exe'), ['import', file], {
          encoding: 'utf8',
          windowsHide: true,
        });
        expect(imported.status, imported.stderr).toBe(0);
        const answer = await machine.ask('certificates', {
          stores: ['LocalMachine\\My'],
          thumbprint: leaf.thumbprint,
        });
        expect(JSON.stringify(answer)).toContain(record.provider);
      } finally {
        remove(leaf.thumbprint, false);
      }
    });

    it('imports a PFX into the store', async () => {
      const leaf = selfSigned('dpm-prep-import');
      try {
        const result = await machine.perform(
          {
            kind: 'act',
            act: 'import-pfx',
            input: { pfx: leaf.pfx('secret-1').toString('base64') },
            shown: 'import',
          },
          { attended: false, password: new Secret('secret-1') },
        );
        expect(result).toMatchObject({ ending: 'ended', error: null });
        expect(JSON.stringify(result.result)).toContain(leaf.thumbprint);
      } finally {
        remove(leaf.thumbprint, true);
      }
    });
  },
);
