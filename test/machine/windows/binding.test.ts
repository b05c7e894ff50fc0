import { describe, expect, it } from 'vitest';
import { bind, type Parameter } from '../../../src/machine/windows/binding.js';

const parameter = (
  name: string,
  type = 'System.String',
  position: number | null = null,
  aliases: string[] = [],
): Parameter => ({
  name,
  type,
  aliases,
  mandatory: false,
  position,
});
const three = [parameter('DPMServerName'), parameter('PSName'), parameter('UserName')];
const values = { dpmServername: 'Server01', PSName: 'Finance01', Username: 'user' };
const secure = 'System.Security.SecureString';
const bound = (parameters: readonly Parameter[]) =>
  bind('Attach-NonDomainServer.ps1', parameters, values, true);

describe('binding to what a script declares', () => {
  it.each([
    ['text by its name', [...three, parameter('Password')], { name: 'Password', secure: false }],
    [
      'without a type',
      [...three, parameter('Password', 'System.Object')],
      { name: 'Password', secure: false },
    ],
    [
      'SecureString by its name',
      [...three, parameter('UserPassword', secure)],
      { name: 'UserPassword', secure: true },
    ],
    [
      'its name, whatever stands fourth',
      [...three, parameter('Domain', 'System.String', 3), parameter('Pwd', secure)],
      { name: 'Pwd', secure: true },
    ],
    [
      'an alias of its name',
      [...three, parameter('Secret', secure, 3, ['Password'])],
      { name: 'Secret', secure: true },
    ],
  ])('gives the password as %s', (_, parameters, passwordParameter) => {
    expect(bound(parameters)).toEqual({ kind: 'bound', passwordParameter });
  });

  it.each<readonly [string, readonly Parameter[], string]>([
    ['has none', three, 'has no parameter that is a password'],
    [
      'has two',
      [...three, parameter('Password'), parameter('NewPassword')],
      'has several password parameters',
    ],
    [
      'wants a credential',
      [...three, parameter('PasswordCredential', 'System.Management.Automation.PSCredential')],
      'has no parameter that is a password',
    ],
    [
      'wants a credential as its password',
      [...three, parameter('Password', 'System.Management.Automation.PSCredential')],
      'wants its password as PSCredential',
    ],
    [
      'has a switch of that name',
      [...three, parameter('Password', 'System.Management.Automation.SwitchParameter')],
      'wants its password as SwitchParameter',
    ],
    ...['Domain', 'LogPath', 'Pass', 'PasswordFile', 'OldPassword', 'PasswordNeverExpires', 'Geheim'].map(
      (name) =>
        [
          `has -${name} in the fourth position`,
          [...three, parameter(name, 'System.String', 3)],
          'has no parameter that is a password',
        ] as const,
    ),
  ])('refuses and shows the parameters where a script %s', (_, parameters, why) => {
    const binding = bound(parameters);
    expect(binding.kind).toBe('refused');
    expect(binding).toHaveProperty('why', expect.stringContaining(why));
    expect(binding).toHaveProperty(
      'why',
      expect.stringContaining('-DPMServerName <String> -PSName <String>'),
    );
  });

  it('refuses a value that the script has no parameter for', () => {
    const binding = bind('Remove-ProductionServer.ps1', [], { PSName: 'x' }, false);
    expect(binding).toEqual({
      kind: 'refused',
      why: 'Remove-ProductionServer.ps1 has no parameter -PSName, so it was not started. It declares no parameters.',
    });
  });

  it('knows a parameter by its alias', () => {
    const declared = [parameter('Server', 'System.String', 0, ['DPMServerName']), ...three.slice(1)];
    expect(bind('x.ps1', declared, values, false).kind).toBe('bound');
  });

  it('does not take a parameter that already has a value for the password', () => {
    const parameters = [
      parameter('DPMServerName'),
      parameter('PSName'),
      parameter('UserName', 'System.String', 3),
    ];
    expect(bound(parameters).kind).toBe('refused');
  });

  it('asks for no password parameter where no password is given', () => {
    expect(bind('x.ps1', three, values, false)).toEqual({ kind: 'bound', passwordParameter: null });
  });
});
