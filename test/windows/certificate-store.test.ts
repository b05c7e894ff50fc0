import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { questionScripts } from '../../src/machine/windows/scripts.js';
import { Workshop } from '../support/openssl.js';
import { powershell, runWorker } from './support/node.js';
import { describeWith } from './support/parts.js';
import { storeFile, type KeyRecord } from './support/store.js';
import { WindowsComputer } from './support/wine.js';

interface Facts {
  readonly hasPrivateKey: boolean;
  readonly provider: string | null;
  readonly keySpec: string | null;
  readonly exportable: boolean | null;
  readonly machineKey: boolean | null;
  readonly keyError: unknown;
}

interface Row {
  readonly name: string;
  readonly record: KeyRecord | null;
  readonly curve?: boolean;
  readonly expected: Facts;
}

const machine = 32;
const cannotOpen: unknown = expect.stringMatching(/^The key cannot be read: ./);
const record = (provider: string | null, type: number, spec: number, more: Partial<KeyRecord> = {}) => ({
  container: 'not-there',
  provider,
  type,
  flags: machine,
  spec,
  ...more,
});
const key = (provider: string | null, keySpec: string | null, more: Partial<Facts> = {}): Facts => ({
  hasPrivateKey: true,
  provider,
  keySpec,
  exportable: null,
  machineKey: true,
  keyError: null,
  ...more,
});

const schannel = 'Microsoft RSA SChannel Cryptographic Provider';
const aes = 'Microsoft Enhanced RSA and AES Cryptographic Provider';
const enhanced = 'Microsoft Enhanced Cryptographic Provider v1.0';
const software = 'Microsoft Software Key Storage Provider';
const platform = 'Microsoft Platform Crypto Provider';
const vendorKsp = 'SafeNet Key Storage Provider \u00fc';
const vendorCsp = 'Luna Cryptographic Services for Microsoft Windows';
const unopened = { keyError: cannotOpen };

const rows: readonly Row[] = [
  {
    name: 'exchange',
    record: record(schannel, 12, 1),
    expected: key(schannel, 'exchange', unopened),
  },
  { name: 'signature', record: record(aes, 24, 2), expected: key(aes, 'signature', unopened) },
  { name: 'cng', record: record(software, 0, 0), expected: key(software, 'cng', unopened) },
  { name: 'curve', record: record(software, 0, 0), curve: true, expected: key(software, 'cng', unopened) },
  {
    name: 'of the user',
    record: record(enhanced, 1, 1, { flags: 0 }),
    expected: key(enhanced, 'exchange', { machineKey: false, keyError: cannotOpen }),
  },
  {
    name: 'cng that says exchange',
    record: record(software, 0, 1),
    expected: key(software, 'cng', unopened),
  },
  { name: 'tpm', record: record(platform, 0, 0xffffffff), expected: key(platform, 'cng') },
  {
    name: 'another vendor, cng',
    record: record(vendorKsp, 0, 0, { container: 'hsm-\u00fc\u4e2d' }),
    expected: key(vendorKsp, 'cng'),
  },
  { name: 'another vendor, csp', record: record(vendorCsp, 1, 1), expected: key(vendorCsp, 'exchange') },
  { name: 'no provider named', record: record(null, 1, 1), expected: key(null, 'exchange') },
  {
    name: 'no container named',
    record: record(vendorCsp, 1, 2, { container: null }),
    expected: key(vendorCsp, 'signature'),
  },
  { name: 'ncrypt in a csp', record: record(vendorCsp, 1, 0xffffffff), expected: key(vendorCsp, 'cng') },
  {
    name: 'an unknown key type',
    record: record(schannel, 12, 3),
    expected: key(schannel, null, {
      keyError: 'The key cannot be read: The store records the key type 3, which is unknown.',
    }),
  },
  {
    name: 'a key that may leave',
    record: record(schannel, 12, 1, { container: 'may-leave' }),
    expected: key(schannel, 'exchange', { exportable: true }),
  },
  {
    name: 'a key that must stay',
    record: record(schannel, 12, 1, { container: 'must-stay' }),
    expected: key(schannel, 'exchange', { exportable: false }),
  },
  {
    name: 'no key',
    record: null,
    expected: key(null, null, { hasPrivateKey: false, machineKey: null }),
  },
];

/** Makes a key in a container of the machine, by the preamble and functions of the script that asks. */
const makeKey = (container: string, flags: string): string =>
  questionScripts.certificates.text.replace(
    /^Invoke-Answer \$input[\s\S]*$/m,
    `Invoke-Answer $input {
$wanted = [System.Security.Cryptography.CspParameters]::new(12, '${schannel}', '${container}')
$wanted.KeyNumber = 1
$wanted.Flags = 'UseMachineKeyStore${flags}'
$made = [System.Security.Cryptography.RSACryptoServiceProvider]::new(1024, $wanted)
# The key is made once something of it is asked for, and kept once it is let go.
@{ size = $made.ExportParameters($false).Modulus.Length }
$made.Dispose()
}`,
  );

describeWith(['Wine', 'mingw gcc', '.NET SDK'], "what a store's certificates are kept with", () => {
  let computer: WindowsComputer;
  let answer: Readonly<Record<'plain' | 'byApi', ReadonlyMap<string, Facts>>>;
  let problems: readonly string[];
  const names = new Map<string, string>();

  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
    const shop = new Workshop();
    const certificates = rows.map(({ name, record: kept, curve }) => {
      const der = shop.run([
        ...['req', '-x509', '-nodes', '-keyout', '/dev/null', '-outform', 'DER', '-days', '30'],
        ...['-newkey', ...(curve === true ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['rsa:2048'])],
        ...['-subj', `/CN=${name}`],
      ]);
      names.set(createHash('sha1').update(der).digest('hex'), name);
      return { der, record: kept };
    });
    shop.remove();
    await computer.put('C:\\store.reg', storeFile(certificates));
    await computer.run({ path: 'C:\\windows\\system32\\reg.exe', arguments: ['import', 'C:\\store.reg'] });
    const before = [makeKey('may-leave', ''), makeKey('must-stay', ', UseNonExportableKey')];
    const given = (await runWorker(computer, 'ask-store', [powershell], { before })) as Readonly<
      Record<
        'plain' | 'byApi',
        { readonly certificates: readonly (Facts & { readonly der: string })[] } | null
      >
    > & { readonly problems: readonly string[] };
    problems = given.problems;
    const byName = (which: 'plain' | 'byApi') =>
      new Map(
        (given[which]?.certificates ?? []).map(({ der, ...facts }) => [
          names.get(createHash('sha1').update(Buffer.from(der, 'base64')).digest('hex')) ?? 'another',
          facts,
        ]),
      );
    answer = { plain: byName('plain'), byApi: byName('byApi') };
  });
  afterAll(async () => {
    await computer.end();
  });

  it('lists every certificate', () => {
    expect(problems).toEqual([]);
    expect([...answer.plain.keys()].sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it.each(rows.map((row) => [row.name, row] as const))('%s', (name, { expected }) => {
    expect(answer.plain.get(name)).toMatchObject(expected);
  });

  it.each(rows.map((row) => [row.name, row] as const))('%s, read by Windows itself', (name, { expected }) => {
    expect(answer.byApi.get(name)).toMatchObject(expected);
  });
});
