import { describe, expect, it } from 'vitest';
import type { Handover } from '../../src/dpm/handover.js';
import { refuseCredential, type GuardInput } from '../../src/procedures/credential-guard.js';

const own = 'a'.repeat(64);
const theirs = 'b'.repeat(64);
const name = 'CertificateConfiguration_Finance01.widgets.corp.com.bin';

const handover: Handover = {
  kind: 'dpm-prep handover',
  schemaVersion: 1,
  rehearsal: false,
  method: 'certificate',
  writtenBy: 'protected-computer',
  dpmServerName: 'Server01.corp.contoso.com',
  psName: 'Finance01.widgets.corp.com',
  userName: null,
  productionServerDnsSuffix: null,
  thumbprint: null,
  dpmServerCredential: { name: 'CertificateConfiguration_Server01.corp.contoso.com.bin', sha256: own },
  protectedComputerCredential: { name, sha256: theirs },
};

const good: GuardInput = {
  file: { path: `C:\\Temp\\${name}`, name, sha256: theirs },
  psName: 'Finance01.widgets.corp.com',
  handover,
  dpmServerNames: ['Server01', 'Server01.corp.contoso.com'],
  recorded: [own],
  ownFiles: [],
  confirmed: null,
};
const file = (change: Partial<GuardInput['file']>): GuardInput['file'] => ({ ...good.file, ...change });

describe('the .bin trap', () => {
  it('lets the right file through: named by the handover file, or confirmed by name', () => {
    expect(refuseCredential(good)).toBeNull();
    expect(refuseCredential({ ...good, handover: null, confirmed: 'finance01.WIDGETS.corp.com' })).toBeNull();
  });

  it.each<[string, Partial<GuardInput>, RegExp]>([
    ['the own file, recorded by set-credentials', { file: file({ sha256: own }) }, /set-credentials made/],
    [
      'the own file under the name of the computer’s',
      { file: file({ sha256: own }), handover: null, confirmed: good.psName },
      /set-credentials made/,
    ],
    [
      'the own file that nobody recorded, found by its twin on the disk',
      { file: file({ sha256: own }), recorded: [], ownFiles: [{ path: 'C:\\Temp\\x.bin', sha256: own }] },
      /content of C:\\Temp\\x\.bin/,
    ],
    [
      'the own file that only the handover file knows',
      { file: file({ sha256: own }), recorded: [] },
      /handover file names it/,
    ],
    [
      'a name that carries the DPM server’s',
      {
        file: file({
          name: 'CertificateConfiguration_Server01.corp.contoso.com.bin',
          sha256: 'c'.repeat(64),
        }),
      },
      /its name carries Server01/,
    ],
    [
      'a renamed one that still has the DPM server’s name in it',
      {
        file: file({ name: 'copy of server01.bin', sha256: 'c'.repeat(64) }),
        handover: null,
        confirmed: good.psName,
      },
      /its name carries Server01/,
    ],
    [
      'another content than the handover file names',
      { file: file({ sha256: 'c'.repeat(64) }) },
      /its content is another/,
    ],
    [
      'a handover file that has not been on the computer yet',
      { handover: { ...handover, protectedComputerCredential: null } },
      /has not been on that computer/,
    ],
    [
      'no handover file and a name that says nothing',
      { handover: null, file: file({ name: 'credential.bin' }), confirmed: good.psName },
      /Nothing shows/,
    ],
    [
      'no handover file, and nothing to compare it with',
      { handover: null, recorded: [], confirmed: good.psName },
      /Nothing on this DPM server shows/,
    ],
    ['no handover file and nothing typed', { handover: null }, /must be confirmed by name/],
    ['no handover file and another name typed', { handover: null, confirmed: 'Finance02' }, /"Finance02"/],
  ])('refuses %s', (_what, change, why) => {
    expect(refuseCredential({ ...good, ...change })?.what).toMatch(why);
  });
});
