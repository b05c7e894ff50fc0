import { describe, expect, it } from 'vitest';
import { Aliases } from '../../src/collect/aliases.js';

const aliases = (): Aliases => {
  const made = new Aliases();
  made.computer('Finance01.widgets.corp.com');
  made.computer('Server01');
  made.user('mark');
  made.domain('WORKGROUP');
  return made;
};

describe('names in a text that is passed on', () => {
  it.each([
    ['Finance01.widgets.corp.com', 'computer-1.domain-1'],
    ['FINANCE01 and finance01', 'computer-1 and computer-1'],
    ['CertificateConfiguration_Finance01.bin', 'CertificateConfiguration_computer-1.bin'],
    ['Server01\\mark', 'computer-2\\user-1'],
    ['\\\\SERVER01\\share', '\\\\computer-2\\share-1'],
    [
      '\\\\nas-7.corp.com\\backup$ and \\\\server01\\C$',
      '\\\\computer-3.domain-2\\share-1 and \\\\computer-2\\C$',
    ],
    ['market, Server010', 'market, Server010'],
    ['workgroup WORKGROUP', 'workgroup WORKGROUP'],
    ['10.20.30.40 to 10.20.30.41, then 10.20.30.40', 'address-1 to address-2, then address-1'],
    ['fe80::1ff:fe23:4567:890a%12', 'address-1'],
    ['S-1-5-21-1004336348-1177238915-682003330-512', 'sid-1'],
    ['S-1-12-1-3141592653-1234567890-987654321-1122334455', 'sid-1'],
    ['S-1-5-32-544', 'S-1-5-32-544'],
    ['C:\\Users\\m.miller\\Desktop', 'C:\\Users\\profile-1\\Desktop'],
    ['C:\\Users\\Mary Ann Miller\\AppData\\x.log', 'C:\\Users\\profile-1\\AppData\\x.log'],
    ['C:\\Users\\Administrator\\x', 'C:\\Users\\Administrator\\x'],
    ['mark.miller@contoso.com', 'mail-1'],
    ['mark@widgets.corp.com wrote', 'mail-1 wrote'],
    ['00-1A-2B-3C-4D-5E', 'mac-1'],
    ['WIDGETS\\jdoe.smith failed', 'domain-2\\user-2 failed'],
    [
      'CN=Mary Miller, OU=Backup Team, O=Contoso Ltd, DC=contoso',
      'CN=subject-1, OU=subject-2, O=subject-3, DC=domain-2',
    ],
    ['CN=Finance01.widgets.corp.com', 'CN=computer-1.domain-1'],
    ['at 2026-11-24T15:47:15.123Z', 'at 2026-11-24T15:47:15.123Z'],
  ])('%s', (text, hidden) => {
    expect(aliases().text(text)).toBe(hidden);
  });

  it('are known in a command line by their parameters, whatever they are', () => {
    const made = new Aliases();
    expect(
      made.commandLine(
        'SetDpmServer.exe -DpmServerName DPM -isNonDomainServer -UserName on -ProductionServerDnsSuffix corp.example -OutputFilePath "C:\\Users\\Jo Doe\\out"',
      ),
    ).toBe(
      'SetDpmServer.exe -DpmServerName computer-1 -isNonDomainServer -UserName user-1 -ProductionServerDnsSuffix domain-1 -OutputFilePath "C:\\Users\\profile-1\\out"',
    );
  });

  it('of a computer may be any text: nothing of it is a pattern', () => {
    const made = new Aliases();
    made.user('a+b(c');
    expect(made.text('a+b(c is not aab(c')).toBe('user-1 is not aab(c');
  });
});

// What must never be in a collection, planted in every place where tools and logs put such a name.
const users = [
  'jdoe.smith',
  'svc-backup',
  'müller',
  'Ωmega',
  'mary_ann',
  'x.y-z',
  'o’brien',
  'user',
  'dpm',
  'on',
];
const userPlaces: readonly ((name: string) => string)[] = [
  (name) => `WIDGETS\\${name}`,
  (name) => `Logon failed for CONTOSO\\${name}.`,
  (name) => `C:\\Users\\${name}\\AppData\\Local\\Temp\\a.log`,
  (name) => `"C:/Users/${name}/x"`,
  (name) => `mailto ${name}@contoso.com now`,
  (name) => `account '${name}' was created`,
];
const computers = ['Finance01', 'SRV-ÄRZTE', 'web-7', 'CONTOSO-DC1', 'fileserver9', 'DPM', 'backup'];
const computerPlaces: readonly ((name: string) => string)[] = [
  (name) => `\\\\${name}\\daten$\\x`,
  (name) => `\\\\${name}.corp.example\\share`,
  (name) => `Cannot reach "${name}"`,
  (name) => `CN=${name}, O=Example`,
];
const unknown: readonly (readonly [string, string])[] = [
  ['jane.roe', 'From: jane.roe@fabrikam.example'],
  ['jroe', 'FABRIKAM\\jroe could not log on'],
  ['FABRIKAM', 'FABRIKAM\\jroe could not log on'],
  ['Jane Roe', 'D:\\Users\\Jane Roe\\Documents\\plan.docx'],
  ['Jane Roe', 'Subject: CN=Jane Roe, C=DE'],
  ['Fabrikam Inc', 'O="Fabrikam Inc", CN=x'],
  ['nas42', '\\\\nas42\\archive\\2026'],
  ['archive', '\\\\nas42\\archive\\2026'],
  ['10.1.2.3', 'connect 10.1.2.3:5718 failed'],
  ['192.168.7.12', 'from 192.168.7.12'],
  ['10.9.8.0', 'route 10.9.8.0/24'],
  ['2001:db8::17', 'host 2001:db8::17 refused'],
  ['AA:BB:CC:DD:EE:FF', 'adapter AA:BB:CC:DD:EE:FF'],
  ['1004336348', 'S-1-5-21-1004336348-1177238915-682003330-1001'],
  ['3141592653', 'AzureAD S-1-12-1-3141592653-1234567890-987654321-1122334455'],
];

// What a report is for. Each must be whole after it was hidden, also beside accounts and servers called like it.
const facts = [
  'version 10.22.197.0 of the agent',
  'DPMRA.exe 5.1.363.0, file version: 13.0.580.1',
  'MABS 14.0.43.0',
  'Windows Server 2022 10.0.20348.2700 build: 20348.1.2.3',
  'Error ID: 33234 (0x80990a5d)',
  'HRESULT 0x80070005',
  'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin\\SetDpmServer.exe',
  'DPM\\bin\\Attach-NonDomainServer.ps1',
  'HKLM\\SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Agent\\2.0',
  '{D8A0E1C2-5B5C-4B0C-9C6F-6B3B8A9F1E10}',
  'NT AUTHORITY\\SYSTEM',
  'BUILTIN\\Administrators S-1-5-32-544',
  'The DPM server is on port 5718 and the user has logged on',
  'service DPMRA: stopped, manual',
  'S-1-5-18',
  'at 2026-11-24T15:47:15.123Z, 00:00:12.345',
  'exit code 3010, restart pending: true',
  'C:\\Windows\\Temp\\MSDPMAgentInstall.LOG',
  'Set-DPMCredentials : -Type Certificate',
  'backup of the system state on volume C:',
];

describe('a collection', () => {
  const told = (): Aliases => {
    const made = new Aliases();
    for (const name of users) made.user(name);
    for (const name of computers) made.computer(`${name}.corp.example`);
    return made;
  };
  const planted = [
    ...users.flatMap((name) => userPlaces.map((place) => [name, place(name)] as const)),
    ...computers.flatMap((name) => computerPlaces.map((place) => [name, place(name)] as const)),
    ...unknown,
  ];

  it(`lets none of ${String(planted.length)} planted names through`, () => {
    const made = told();
    // The names of the aliases themselves and our templates' own words are not a leak.
    const leaks = planted.filter(([name, text]) => {
      const rest = made.text(text).replace(/\b(?:computer|user|domain|subject|share|profile|mail)-\d+/g, '');
      const template = text.replaceAll(name, '');
      const count = (where: string): number => where.toLowerCase().split(name.toLowerCase()).length - 1;
      return count(rest) > count(template);
    });
    expect(leaks).toEqual([]);
    expect(planted.length).toBeGreaterThan(100);
  });

  it.each(facts)('loses nothing of: %s', (text) => {
    expect(told().text(text)).toBe(text);
  });
});
