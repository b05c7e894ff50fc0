import { afterAll, expect, it } from 'vitest';
import { Bridge, scriptArguments } from '../../src/machine/windows/bridge.js';
import { runScript } from '../../src/machine/windows/scripts.js';
import { Secret } from '../../src/secret.js';
import { computerWith, describeWithPowerShell, powershell } from './support/host.js';
import { manyRounds, parameterNames, roundsFor, valueCount, values } from './support/many-rounds.js';
import { attachThatTells, told } from './support/stand-ins.js';

const computer = computerWith();
afterAll(() => {
  computer.remove();
});
const bridge = new Bridge({ powershell, environment: computer.environment });

describeWithPowerShell('values on their way to a script', () => {
  it('has that many different ones', () => {
    expect(new Set(values).size).toBe(valueCount);
  });

  it.each([
    ['text', 'String'],
    ['a SecureString', 'System.Security.SecureString'],
  ])('arrive verbatim for every parameter, the password as %s', async (_, type) => {
    const path = computer.write('Attach-NonDomainServer.ps1', attachThatTells(type));
    const lines: string[] = [];
    const reply = await bridge.call({
      script: manyRounds,
      input: { rounds: roundsFor(path, type !== 'String') },
      onLine: (line) => lines.push(line),
    });
    expect(reply).toMatchObject({ kind: 'answer' });
    for (const name of [...parameterNames, 'Password']) expect(told(lines, name)).toEqual(values);
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
