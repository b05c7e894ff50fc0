import { afterAll, expect, it } from 'vitest';
import type { ScriptCommand } from '../../src/machine/command.js';
import type { CommandResult, PerformOptions } from '../../src/machine/machine.js';
import { Secret } from '../../src/secret.js';
import { computerWith, describeWithPowerShell } from './support/host.js';
import { attach, attachThatTells, told } from './support/stand-ins.js';

const computer = computerWith();
afterAll(() => {
  computer.remove();
});
const password = new Secret('S3cret-pass');
const parameters = { DpmServername: 'Server01', PSName: 'Finance01', Username: 'mark' };
let count = 0;

const run = async (
  text: string,
  options: Partial<PerformOptions> & Partial<ScriptCommand> = {},
): Promise<CommandResult> => {
  count += 1;
  const path = computer.write(`script-${String(count)}/Attach-NonDomainServer.ps1`, text);
  return computer.machine.perform(
    {
      kind: 'script',
      tool: 'Attach-NonDomainServer.ps1',
      path: options.path ?? path,
      parameters: options.parameters ?? parameters,
      takesPassword: options.takesPassword ?? true,
    },
    { attended: false, password, ...options },
  );
};

describeWithPowerShell("Microsoft's scripts, whatever they do", () => {
  it.each([
    ['text', attachThatTells('String')],
    ['SecureString', attachThatTells('SecureString')],
    [
      'Pwd, after others',
      attach(
        ', [switch]$Force, [string]$Pwd',
        `'Password=' + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($Pwd))`,
      ),
    ],
  ])('take the password as %s', async (_, text) => {
    const result = await run(text);
    expect(result).toMatchObject({ ending: 'ended', exitCode: null, error: null });
    expect(told(result.output, 'Password')).toEqual(['S3cret-pass']);
  });

  it.each([
    ['with no parameter for it', attach('', "'ran'"), 'has no parameter that is a password'],
    ['in a fourth position', attach(', [string]$Domain', "'ran'"), 'has no parameter that is a password'],
    ['from a file', attach(', [string]$PasswordFile', "'ran'"), 'has no parameter that is a password'],
    [
      'as a credential',
      attach(', [System.Management.Automation.PSCredential]$Password', "'ran'"),
      'wants its password as PSCredential',
    ],
    ['twice', attach(', [string]$Password, [string]$NewPassword', "'ran'"), 'several password parameters'],
    ['by $args', "'ran ' + $args.Count", 'has no parameter -DpmServername'],
  ])('are refused with the parameters seen where they want the password %s', async (_, text, why) => {
    const result = await run(text);
    expect(result).toMatchObject({ ending: 'refused', exitCode: null });
    expect(result.error).toContain(why);
    expect(result.output).toEqual([]);
  });

  it.each([
    ['Read-Host', "$x = Read-Host 'Password'"],
    ['Read-Host -AsSecureString', "$x = Read-Host 'Password' -AsSecureString"],
    ['a mandatory parameter', 'function Ask { param([Parameter(Mandatory = $true)]$Value) }; Ask'],
    ['a credential', "$x = $Host.UI.PromptForCredential('', '', 'user', '')"],
    ['the console', "$x = [Console]::ReadLine(); if (-not $x) { throw 'no input' }"],
  ])('end, and do not hang, where they ask by %s', async (_, body) => {
    const result = await run(attach('', `'before'\n${body}\n'after'`), { takesPassword: false });
    expect(result.ending).toBe('ended');
    expect(result.error).not.toBeNull();
    expect(result.output).toContain('before');
  });

  it('write an error and continue', async () => {
    const result = await run(
      attach(', [string]$Password', "Write-Error 'DPM said no (ID 32685)'\n'went on'"),
    );
    expect(result).toMatchObject({ ending: 'ended', exitCode: null, error: 'DPM said no (ID 32685)' });
    expect(result.output).toEqual(['DPM said no (ID 32685)', 'went on']);
  });

  it('throw', async () => {
    const result = await run(attach(', [string]$Password', "'before'\nthrow 'broken'\n'after'"));
    expect(result).toMatchObject({ ending: 'ended', error: 'broken' });
    expect(result.output).toEqual(['before', 'broken']);
  });

  it.each([3, 3010, -1, 0])('exit %i', async (code) => {
    const result = await run(attach(', [string]$Password', `'before'\nexit ${String(code)}`));
    expect(result).toMatchObject({
      ending: 'ended',
      exitCode: code === 0 ? null : code,
      error: null,
      restartRequired: code === 3010,
      output: ['before'],
    });
  });

  it('leave the exit code of a program behind without being blamed for it', async () => {
    const result = await run(attach(', [string]$Password', '$global:LASTEXITCODE = 5\n"done"'));
    expect(result).toMatchObject({ exitCode: null, error: null, output: ['done'] });
  });

  it('break out of a loop that is not there', async () => {
    expect(await run(attach(', [string]$Password', "'before'\nbreak\n'after'"))).toMatchObject({
      ending: 'ended',
      output: ['before'],
    });
  });

  it('end PowerShell itself', async () => {
    const result = await run(attach(', [string]$Password', "'before'\n[Environment]::Exit(7)"));
    expect(result).toMatchObject({ ending: 'ended', exitCode: 7, output: ['before'] });
    expect(result.error).toContain('PowerShell ended with exit code 7 without an answer');
  });

  it('write 100,000 lines', async () => {
    let heard = 0;
    const body = 'foreach ($i in 1..100000) { "line $i" }';
    const result = await run(attach(', [string]$Password', body), { onLine: () => (heard += 1) });
    expect(heard).toBe(100_000);
    expect(result.output).toHaveLength(200);
    expect(result.output.at(-1)).toBe('line 100000');
  });

  it('write one line without an end of 5 MB', async () => {
    const result = await run(attach(', [string]$Password', "'x' * 5000000\n'end'"));
    expect(result.output.at(-1)).toBe('end');
    expect(result.output[0]?.length).toBeLessThanOrEqual(1_001);
  });

  it('write by every other way', async () => {
    const body = `Write-Host 'host ä' -ForegroundColor Green
Write-Warning 'careful'
Write-Progress -Activity 'working' -PercentComplete 50
[pscustomobject]@{ ServerName = 'Finance01'; State = 'Attached' }
Write-Output 1, $true, $null
[Console]::WriteLine('console ü')
[Console]::Error.WriteLine('stderr é')`;
    const result = await run(attach(', [string]$Password', body));
    expect(result.error).toBeNull();
    expect(result.output).toEqual(
      expect.arrayContaining([
        'host ä',
        'WARNING: careful',
        'ServerName=Finance01  State=Attached',
        '1',
        'True',
        'console ü',
        'stderr é',
      ]),
    );
    expect(result.output.join('\n')).not.toContain('working');
  });

  it('change the current folder and set preferences', async () => {
    const body =
      "Set-Location '/'\n[Environment]::CurrentDirectory = '/'\n$global:ErrorActionPreference = 'SilentlyContinue'\n'moved'";
    expect(await run(attach(', [string]$Password', body))).toMatchObject({ error: null, output: ['moved'] });
  });

  it('cannot pass for our answer', async () => {
    const fake = `${'0'.repeat(32)}R${Buffer.from('{"ok":true,"answer":{"exitCode":0,"errors":[],"threw":false}}').toString('base64')}.`;
    const result = await run(attach(', [string]$Password', `[Console]::WriteLine('${fake}')\nthrow 'real'`));
    expect(result.error).toBe('real');
  });

  it('lie in a folder with brackets, quotes and other letters in its name', async () => {
    const path = computer.write("DPM [1] 'x' ü/bin/Attach-NonDomainServer.ps1", attachThatTells('String'));
    const result = await run('', { path });
    expect(told(result.output, 'PSName')).toEqual(['Finance01']);
  });

  it('are not there', async () => {
    const result = await run('', { path: `${computer.folder}/none/Attach-NonDomainServer.ps1` });
    expect(result).toMatchObject({
      ending: 'refused',
      error: expect.stringContaining('does not exist') as string,
    });
  });

  it('are found while they run, and are left running when the user cancels', async () => {
    const mark = `${computer.folder}/finished`;
    const path = computer.write(
      'long/Attach-NonDomainServer.ps1',
      attach(
        ', [string]$Password',
        `'started'\n[Threading.Thread]::Sleep(6000)\n[IO.File]::WriteAllText('${mark}', 'x')`,
      ),
    );
    const stop = new AbortController();
    let processId = 0;
    let hasStarted = false;
    const running = run('', {
      path,
      signal: stop.signal,
      onStarted: (id) => {
        processId = id;
      },
      onLine: (line) => {
        hasStarted ||= line === 'started';
      },
    });
    await expect.poll(() => hasStarted, { timeout: 60_000 }).toBe(true);
    const { processes } = await computer.machine.ask('running-tools', { path });
    expect(processes.map(({ id }) => id)).toEqual([processId]);
    stop.abort();
    await expect(running).rejects.toMatchObject({
      exitCode: 130,
      message: expect.stringContaining('is still running') as string,
    });
    await expect
      .poll(async () => (await computer.machine.files.stat(mark)) !== null, { timeout: 30_000 })
      .toBe(true);
  });
});
