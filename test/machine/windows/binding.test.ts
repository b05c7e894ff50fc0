import { describe, expect, it } from 'vitest';
import { bind, type Parameter } from '../../../src/machine/windows/binding.js';

const parameter = (name: string, type = 'System.String', position: number | null = null): Parameter => ({
  name,
  type,
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
      'the fourth position',
      [...three, parameter('Pass', 'System.String', 3)],
      { name: 'Pass', secure: false },
    ],
    [
      'the name before the position',
      [...three, parameter('X', 'System.String', 3), parameter('Pwd', secure)],
      { name: 'Pwd', secure: true },
    ],
  ])('gives the password as %s', (_, parameters, passwordParameter) => {
    expect(bound(parameters)).toEqual({ kind: 'bound', passwordParameter });
  });

  it.each([
    ['has none', three, 'has no password parameter that dpm-prep knows'],
    [
      'has two',
      [...three, parameter('Password'), parameter('OldPassword')],
      'has several password parameters',
    ],
    [
      'wants a credential',
      [...three, parameter('PasswordCredential', 'System.Management.Automation.PSCredential')],
      'wants its password as PSCredential',
    ],
    [
      'has a number in the fourth position',
      [...three, parameter('Port', 'System.Int32', 3)],
      'wants its password as Int32',
    ],
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
