import { afterAll, expect, it } from 'vitest';
import { Bridge, scriptArguments } from '../../src/machine/windows/bridge.js';
import { runScript, type Script } from '../../src/machine/windows/scripts.js';
import { Secret } from '../../src/secret.js';
import { hostileValues } from '../support/hostile-values.js';
import { computerWith, describeWithPowerShell, powershell } from './support/host.js';
import { attachThatTells, told } from './support/stand-ins.js';

const computer = computerWith();
afterAll(() => {
  computer.remove();
});
const bridge = new Bridge({ powershell, environment: computer.environment });

/** TORTURE=full sends so many that the figure can be compared with that of `npm run torture`. */
const valueCount = process.env.TORTURE === 'full' ? 2_000 : 200;
const values = hostileValues(valueCount);

/** What run-script.ps1 does, for many rounds in one PowerShell: its own functions, only the last line is another. */
const manyRounds: Script = {
  ...runScript,
  text: `${runScript.text.slice(0, runScript.text.indexOf('if ($DpmPrepPayload)'))}
Invoke-Answer $input {
    param($request, $password)
    $results = @(foreach ($round in $request.rounds) { Invoke-Script $round $round.password { param($command, $splat) Invoke-Tool $command $splat } })
    @{ results = $results }
}`,
};

describeWithPowerShell('values on their way to a script', () => {
  it('has that many different ones', () => {
    expect(new Set(values).size).toBe(valueCount);
  });

  it.each([
    ['text', 'String'],
    ['a SecureString', 'System.Security.SecureString'],
  ])('arrive verbatim for every parameter, the password as %s', async (_, type) => {
    const path = computer.write('Attach-NonDomainServer.ps1', attachThatTells(type));
    const names = ['DPMServerName', 'PSName', 'UserName'];
    const secure = type !== 'String';
    // An empty SecureString or user name is a value like any other.
    const rounds = values.map((value) => ({
      path,
      parameters: names.map((name) => [name, value]),
      passwordParameter: { name: 'Password', secure },
      password: value,
    }));
    const lines: string[] = [];
    const reply = await bridge.call({
      script: manyRounds,
      input: { rounds },
      onLine: (line) => lines.push(line),
    });
    expect(reply).toMatchObject({ kind: 'answer' });
    for (const name of [...names, 'Password']) expect(told(lines, name)).toEqual(values);
  });

  it('arrive verbatim through the whole way, from a console of any code page', async () => {
    for (const codePage of ['437', '850', '1252', '65001']) {
      const other = computerWith({ codePage });
      try {
        const path = other.write('Attach-NonDomainServer.ps1', attachThatTells('String'));
        const value = 'Jürgen\'s \u201cserver\u201d – 日本 🙂 `$(1+1) %PATH% \\" | & ; \u2019';
        const result = await other.machine.perform(
          {
            kind: 'script',
            tool: 'Attach-NonDomainServer.ps1',
            path,
            parameters: { DPMServerName: value, PSName: `-${value}`, UserName: value },
            takesPassword: true,
          },
          { attended: false, password: new Secret(value) },
        );
        expect(result).toMatchObject({ ending: 'ended', error: null, exitCode: null });
        expect(told(result.output, 'PSName')).toEqual([`-${value}`]);
        expect(told(result.output, 'Password')).toEqual([value]);
      } finally {
        other.remove();
      }
    }
  });

  it('are in no argument, no environment variable and no text of the script', async () => {
    const path = computer.write(
      'Tell-Process.ps1',
      `param([string]$PSName, [string]$Password)
       [Environment]::CommandLine
       foreach ($pair in [Environment]::GetEnvironmentVariables().GetEnumerator()) { $pair.Key + '=' + $pair.Value }
       'name ' + $PSName`,
    );
    const name = 'canary-Finance01';
    const password = 'canary-pässwörd-1';
    const result = await computer.machine.perform(
      { kind: 'script', tool: 'Tell-Process.ps1', path, parameters: { PSName: name }, takesPassword: true },
      { attended: false, password: new Secret(password) },
    );
    const all = result.output.join('\n');
    expect(all).toContain(`name ${name}`);
    expect(all).toContain('-EncodedCommand');
    const command =
      /-EncodedCommand ([A-Za-z0-9+/=]+)/.exec(scriptArguments(runScript).join(' '))?.[1] ?? 'none';
    // Output lines are cut at 1,000 characters; the arguments are the constant ones all the same.
    expect(all).toContain(command.slice(0, 600));
    for (const secret of [password, Buffer.from(password).toString('base64').slice(0, -4)])
      expect(all).not.toContain(secret);
    expect(all.replace(`name ${name}`, '')).not.toContain(name);
  });
});
