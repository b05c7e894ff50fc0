import { describe, expect, it } from 'vitest';
import type { Handover } from '../../src/dpm/handover.js';
import { refuseCredential, type GuardInput } from '../../src/procedures/credential-guard.js';

const own = 'a'.repeat(64);
const theirs = 'b'.repeat(64);
const other = 'c'.repeat(64);
const name = 'CertificateConfiguration_Finance01.widgets.corp.com.bin';

const handover: Handover = {
  kind: 'dpm-prep handover',
  schemaVersion: 1,
  rehearsal: false,
  method: 'certificate',
  witnessed: true,
  writtenBy: 'protected-computer',
  dpmServerName: 'Server01.corp.contoso.com',
  psName: 'Finance01.widgets.corp.com',
  userName: null,
  productionServerDnsSuffix: null,
  thumbprint: null,
  dpmServerCredential: { name: 'CertificateConfiguration_Server01.corp.contoso.com.bin', sha256: own },
  dpmServerAuthorities: [],
  protectedComputerAuthorities: [],
  protectedComputerCredential: { name, sha256: theirs },
};
const byHand: Handover = { ...handover, witnessed: false };

const good: GuardInput = {
  file: { path: `C:\\Temp\\${name}`, name, sha256: theirs },
  psName: 'Finance01.widgets.corp.com',
  handover,
  dpmServerNames: ['Server01', 'Server01.corp.contoso.com'],
  recorded: [own],
  harmful: [],
  ownFiles: [],
  confirmed: null,
};
const file = (change: Partial<GuardInput['file']>): GuardInput['file'] => ({ ...good.file, ...change });

describe('the .bin trap', () => {
  it('lets the file through that the handover file names, whatever it is called', () => {
    expect(refuseCredential(good)).toBeNull();
    expect(refuseCredential({ ...good, file: file({ name: 'server01.bin' }) })).toBeNull();
  });

  it('lets a file through that nobody saw being made only where its computer is typed', () => {
    expect(
      refuseCredential({ ...good, handover: byHand, confirmed: 'finance01.WIDGETS.corp.com' }),
    ).toBeNull();
  });

  it.each<[string, Partial<GuardInput>, RegExp]>([
    ['the own file, recorded by set-credentials', { file: file({ sha256: own }) }, /set-credentials wrote/],
    [
      'the own file under the name of the computer’s',
      { file: file({ sha256: own }), handover: null, confirmed: good.psName },
      /set-credentials wrote/,
    ],
    [
      'the own file that nobody recorded, found by its twin on the disk',
      { file: file({ sha256: own }), recorded: [], ownFiles: [{ path: 'C:\\Temp\\x.bin', sha256: own }] },
      /same as that of C:\\Temp\\x\.bin/,
    ],
    [
      'the own file that only the handover file knows',
      { file: file({ sha256: own }), recorded: [] },
      /handover file says so/,
    ],
    ['a file that did harm here before', { harmful: [theirs] }, /computers were missing from the list/],
    [
      'another content than the handover file names',
      { file: file({ sha256: other }) },
      /its content differs/,
    ],
    [
      'a handover file that has not been on the computer yet',
      { handover: { ...handover, protectedComputerCredential: null } },
      /has not completed it yet/,
    ],
    [
      "a handover file that the DPM server wrote last, with a computer's file in it",
      { handover: { ...handover, writtenBy: 'dpm-server' } },
      /has not completed it yet/,
    ],
    [
      "a handover file that does not know the DPM server's file",
      { handover: { ...handover, dpmServerCredential: null } },
      /cannot tell the two apart/,
    ],
    [
      'the right file without a handover file',
      { handover: null, confirmed: good.psName },
      /needs the handover/,
    ],
    [
      'a file that nobody saw being made, with the name of the DPM server',
      { handover: byHand, file: file({ name: 'copy of server01.bin' }), confirmed: good.psName },
      /its name contains Server01/,
    ],
    ['a file that nobody saw being made, and nothing typed', { handover: byHand }, /Confirm .* by name/],
    [
      'a file that nobody saw being made, and another name typed',
      { handover: byHand, confirmed: 'Finance02' },
      /"Finance02"/,
    ],
  ])('refuses %s', (_what, change, why) => {
    expect(refuseCredential({ ...good, ...change })?.what).toMatch(why);
  });
});
