import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge, openCertificates, openTrust } from '../../src/certificate/index.js';
import { bothUsages, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { extension, resigned, tlv } from './support/resigned.js';

/*
 * Chains that a careless or a malicious CA makes, and beside each the one that is correct. OpenSSL makes them; its own
 * verdict stands beside ours. Where the two differ, the case says why.
 */

type Ours = 'accepted' | 'refused' | 'could-not-check' | 'warning';

interface Case {
  readonly name: string;
  readonly make: () => MadeCertificate;
  readonly ours: Ours;
  /** The rules that do not pass. */
  readonly rules: readonly string[];
  /** What the finding names. */
  readonly windows?: string;
  readonly openssl: 'accepted' | 'refused';
  /** Why OpenSSL judges differently. */
  readonly why?: string;
}

const ca =
  'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash';
const invalidName = 'CERT_E_INVALID_NAME';
const wrongUsage = 'CERT_E_WRONG_USAGE';
const upn = '1.3.6.1.4.1.311.20.2.3';
const sections =
  '[fabrikam]\nO=Fabrikam\n[contoso]\nO=Contoso\n[own]\nO=Contoso\nCN=fin.contoso.com\n[san]\ndirName=own';

const fine = { ours: 'accepted', rules: [], openssl: 'accepted' } as const;
const badName = {
  ours: 'refused',
  rules: ['name-constraints'],
  windows: invalidName,
  openssl: 'refused',
} as const;
const badUsage = { ours: 'refused', rules: ['ca-usage'], windows: wrongUsage, openssl: 'refused' } as const;
const badEncoding = { ours: 'refused', rules: ['encoding'] } as const;

describe.skipIf(noOpenssl)('refused chains beside correct ones (needs openssl 3)', () => {
  let shop: Workshop;
  let root: MadeCertificate;
  const rows: string[] = [];

  beforeAll(() => {
    shop = new Workshop();
    root = shop.root();
  });

  afterAll(() => {
    shop.remove();
    process.stdout.write(
      `\n| chain | dpm-prep | Windows | OpenSSL | why they differ |\n|---|---|---|---|---|\n${rows.join('\n')}\n`,
    );
  });

  const below =
    (constraint: string, leafExtensions: string, subject = '/O=Contoso/CN=fin.contoso.com') =>
    (): MadeCertificate =>
      shop.leaf(
        shop.authority(root, undefined, { extensions: `${ca}\n${constraint}\n${sections}` }),
        subject,
        {
          extensions: `${bothUsages}\n${leafExtensions}\n${sections}`,
        },
      );

  const constrained = (constraint: string, names: string, subject?: string): (() => MadeCertificate) =>
    below(`nameConstraints=critical,${constraint}`, names === '' ? '' : `subjectAltName=${names}`, subject);

  const withExtension =
    (...more: readonly Buffer[]) =>
    (): MadeCertificate =>
      resigned(shop, shop.leaf(shop.authority(root)), { extensions: (before) => [...before, ...more] });

  const noAlternativeName = '/O=Contoso/CN=fin01.workgroup.local';

  const cases: readonly Case[] = [
    { name: 'nothing special', make: below('', ''), ...fine },

    {
      name: 'DNS name outside',
      make: constrained('permitted;DNS:contoso.com', 'DNS:fin01.workgroup.local'),
      ...badName,
    },
    {
      name: 'DNS name inside',
      make: constrained('permitted;DNS:contoso.com', 'DNS:fin.contoso.com'),
      ...fine,
    },
    {
      name: 'DNS name inside, in capitals',
      make: constrained('permitted;DNS:Contoso.com', 'DNS:FIN.CONTOSO.COM'),
      ...fine,
    },
    {
      name: 'DNS name that only ends alike',
      make: constrained('permitted;DNS:contoso.com', 'DNS:evilcontoso.com'),
      ...badName,
    },
    {
      name: 'one DNS name of two outside',
      make: constrained('permitted;DNS:contoso.com', 'DNS:fin.contoso.com,DNS:fin.fabrikam.com'),
      ...badName,
    },
    {
      name: 'DNS name excluded',
      make: constrained('excluded;DNS:contoso.com', 'DNS:fin.contoso.com'),
      ...badName,
    },
    {
      name: 'DNS name permitted and excluded',
      make: constrained('permitted;DNS:contoso.com,excluded;DNS:fin.contoso.com', 'DNS:fin.contoso.com'),
      ...badName,
    },
    {
      name: 'another DNS name excluded',
      make: constrained('excluded;DNS:fabrikam.com', 'DNS:fin.contoso.com'),
      ...fine,
    },
    {
      name: 'common name outside, no alternative name',
      make: constrained('permitted;DNS:contoso.com', '', noAlternativeName),
      ...badName,
    },
    {
      name: 'common name inside, no alternative name',
      make: constrained('permitted;DNS:contoso.com', ''),
      ...fine,
    },
    {
      name: 'DNS constraint that is not critical',
      make: below('nameConstraints=permitted;DNS:contoso.com', 'subjectAltName=DNS:a.fabrikam.com'),
      ...badName,
    },
    {
      name: 'subject outside the directory',
      make: constrained('permitted;dirName:fabrikam', ''),
      ...badName,
    },
    { name: 'subject inside the directory', make: constrained('permitted;dirName:contoso', ''), ...fine },
    {
      name: 'subject in an excluded directory',
      make: constrained('excluded;dirName:contoso', ''),
      ...badName,
    },
    {
      name: 'alternative directory name outside',
      make: constrained('permitted;dirName:contoso', 'dirName:fabrikam'),
      ...badName,
    },
    {
      name: 'IP address outside',
      make: constrained('permitted;IP:10.0.0.0/255.0.0.0', 'IP:192.168.1.1'),
      ...badName,
    },
    {
      name: 'IP address inside',
      make: constrained('permitted;IP:10.0.0.0/255.0.0.0', 'IP:10.1.2.3'),
      ...fine,
    },
    {
      name: 'IPv6 address outside IPv4 networks',
      make: constrained('permitted;IP:10.0.0.0/255.0.0.0', 'IP:fe80::1'),
      ...badName,
    },
    {
      name: 'e-mail address outside',
      make: constrained('permitted;email:contoso.com', 'email:a@fabrikam.com'),
      ...badName,
    },
    {
      name: 'e-mail address inside',
      make: constrained('permitted;email:contoso.com', 'email:a@contoso.com'),
      ...fine,
    },
    {
      name: 'e-mail address in the subject outside',
      make: constrained('permitted;email:contoso.com', '', '/CN=fin/emailAddress=a@fabrikam.com'),
      ...badName,
    },
    {
      name: 'URI outside',
      make: constrained('permitted;URI:.contoso.com', 'URI:http://www.fabrikam.com/a'),
      ...badName,
    },
    {
      name: 'URI inside',
      make: constrained('permitted;URI:.contoso.com', 'URI:http://www.contoso.com/a'),
      ...fine,
    },
    {
      name: 'URI with an address instead of a host',
      make: constrained('permitted;URI:.contoso.com', 'URI:http://10.0.0.1/a'),
      ...badName,
    },
    {
      name: 'user principal name outside',
      make: constrained(
        `permitted;otherName:${upn};UTF8:@contoso.com`,
        `otherName:${upn};UTF8:fin@fabrikam.com`,
      ),
      ...badName,
    },
    {
      name: 'user principal name inside',
      make: constrained(
        `permitted;otherName:${upn};UTF8:@contoso.com`,
        `otherName:${upn};UTF8:fin@contoso.com`,
      ),
      ours: 'accepted',
      rules: [],
      openssl: 'refused',
      why: 'OpenSSL does not compare user principal names; Windows does (CERT_TRUST_STATUS)',
    },
    {
      name: 'constraint of a form that Windows does not support',
      make: constrained('permitted;RID:1.2.3.4', ''),
      ours: 'refused',
      rules: ['name-constraints'],
      windows: invalidName,
      openssl: 'accepted',
      why: 'OpenSSL refuses the form only where a name has it; Windows refuses the constraint (CERT_TRUST_STATUS)',
    },
    {
      name: 'constraint with a minimum',
      make: below('2.5.29.30=critical,DER:3014a0123010820b636f6e746f736f2e636f6d800101', ''),
      ours: 'refused',
      rules: ['name-constraints'],
      windows: invalidName,
      openssl: 'refused',
    },
    {
      name: "name of a CA outside its root's constraint",
      make: () => {
        const top = shop.root('/O=Contoso/CN=Narrow Root', {
          extensions: `${ca}\nnameConstraints=critical,permitted;dirName:contoso\n${sections}`,
        });
        return shop.leaf(shop.authority(top, '/O=Fabrikam/CN=Fabrikam CA'), '/O=Contoso/CN=fin.contoso.com');
      },
      ours: 'warning',
      rules: ['name-constraints'],
      openssl: 'refused',
      why: 'Windows documents the check for the end certificate only; OpenSSL compares CAs too',
    },

    {
      name: 'CA limited to Server Authentication',
      make: below('extendedKeyUsage=serverAuth', ''),
      ...badUsage,
    },
    { name: 'CA limited to Code Signing', make: below('extendedKeyUsage=codeSigning', ''), ...badUsage },
    { name: 'CA limited to both usages', make: below(bothUsages, ''), ...fine },
    {
      name: 'CA for any usage',
      make: below('extendedKeyUsage=anyExtendedKeyUsage', ''),
      ...fine,
      openssl: 'refused',
      why: 'OpenSSL takes any usage for none of the two',
    },
    {
      name: "CA limited by Microsoft's application policies",
      make: below('1.3.6.1.4.1.311.21.10=DER:300c300a06082b06010505070303', ''),
      ...badUsage,
      openssl: 'accepted',
      why: 'OpenSSL does not know application policies',
    },
    {
      name: 'CA whose application policies differ from its usages',
      make: below(`${bothUsages}\n1.3.6.1.4.1.311.21.10=DER:300c300a06082b06010505070303`, ''),
      ours: 'could-not-check',
      rules: ['ca-usage'],
      openssl: 'accepted',
      why: 'OpenSSL does not know application policies',
    },

    {
      name: 'unknown critical extension in the certificate',
      make: below('', '1.2.3.4=critical,DER:0500'),
      ours: 'refused',
      rules: ['critical-extensions'],
      windows: 'CERT_E_CRITICAL',
      openssl: 'refused',
    },
    {
      name: 'unknown critical extension in a CA',
      make: below('1.2.3.4=critical,DER:0500', ''),
      ours: 'refused',
      rules: ['critical-extensions'],
      windows: 'CERT_E_CRITICAL',
      openssl: 'refused',
    },
    { name: 'unknown extension', make: below('1.2.3.4=DER:0500', '1.2.3.5=DER:0500'), ...fine },
    {
      name: 'critical extensions that Windows knows',
      make: below(
        '',
        'extendedKeyUsage=critical,clientAuth,serverAuth\nsubjectAltName=critical,DNS:fin.contoso.com',
      ),
      ...fine,
    },
    {
      name: 'critical application policies',
      make: below(
        '',
        '1.3.6.1.4.1.311.21.10=critical,DER:3018300a06082b06010505070301300a06082b06010505070302',
      ),
      ...fine,
      openssl: 'refused',
      why: 'OpenSSL does not know application policies; a template can mark them as critical',
    },

    {
      name: 'Enhanced Key Usage twice',
      make: withExtension(extension('551d25', tlv(0x30, tlv(0x06, Buffer.from('2b06010505070301', 'hex'))))),
      ...badEncoding,
      openssl: 'refused',
    },
    {
      name: 'unknown extension twice',
      make: withExtension(extension('2a0304', Buffer.from([5, 0])), extension('2a0304', Buffer.from([5, 0]))),
      ...badEncoding,
      openssl: 'accepted',
      why: 'OpenSSL 3.0 looks for a repetition only among the extensions that it knows',
    },
    {
      name: 'authority key identifier that is no SEQUENCE',
      make: withExtension(extension('551d23', Buffer.from('0404deadbeef', 'hex'))),
      ...badEncoding,
      openssl: 'refused',
    },
    {
      name: 'subject key identifier that is no OCTET STRING',
      make: withExtension(extension('551d0e', Buffer.from('3000', 'hex'))),
      ...badEncoding,
      openssl: 'refused',
    },
    {
      name: 'alternative name with a wrong length of an IP address',
      make: withExtension(extension('551d11', Buffer.from('300587030a0000', 'hex'))),
      ...badEncoding,
      openssl: 'accepted',
      why: 'OpenSSL does not look at the length of an address unless it compares it',
    },
    {
      name: 'DNS name with a NUL in it',
      make: withExtension(
        extension('551d11', tlv(0x30, tlv(0x82, Buffer.from('fin.fabrikam.com\0.contoso.com')))),
      ),
      ...badEncoding,
      openssl: 'accepted',
      why: 'OpenSSL looks at the characters of a name only where it compares it',
    },
    {
      name: 'subject that only looks like the permitted directory',
      make: constrained('permitted;dirName:contoso', '', '/O=Con\u200btoso/CN=fin.contoso.com'),
      ...badName,
    },
    {
      name: 'another algorithm inside than outside',
      make: () =>
        resigned(shop, shop.leaf(shop.authority(root)), {
          innerAlgorithm: Buffer.from('300d06092a864886f70d01010c0500', 'hex'),
        }),
      ours: 'refused',
      rules: ['encoding', 'chain'],
      openssl: 'refused',
    },

    {
      name: 'CA with an RSA key of 512 bits',
      make: () => shop.leaf(shop.authority(root, '/CN=Tiny CA', { key: 'rsa:512' })),
      ours: 'refused',
      rules: ['key-length'],
      windows: 'TRUST_E_CERT_SIGNATURE',
      openssl: 'accepted',
      why: 'OpenSSL sets no least length below security level 1 (verify uses 0); Windows does (KB2661254)',
    },
    {
      name: 'CA with an RSA key of 1024 bits',
      make: () => shop.leaf(shop.authority(root, '/CN=Small CA', { key: 'rsa:1024' })),
      ours: 'warning',
      rules: ['key-length'],
      openssl: 'accepted',
    },

    {
      name: 'required policy that is missing',
      make: below('policyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4', ''),
      ours: 'refused',
      rules: ['policies'],
      windows: 'CERT_E_INVALID_POLICY',
      openssl: 'refused',
    },
    {
      name: 'required policy that differs',
      make: below(
        'policyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4',
        'certificatePolicies=1.2.3.5',
      ),
      ours: 'refused',
      rules: ['policies'],
      windows: 'CERT_E_INVALID_POLICY',
      openssl: 'refused',
    },
    {
      name: 'required policy that is there',
      make: below(
        'policyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4',
        'certificatePolicies=1.2.3.4',
      ),
      ...fine,
    },
    {
      name: 'policy mappings',
      make: below(
        'certificatePolicies=1.2.3.4\npolicyMappings=1.2.3.4:1.2.3.5',
        'certificatePolicies=1.2.3.5',
      ),
      ours: 'could-not-check',
      rules: ['policies'],
      openssl: 'accepted',
      why: 'dpm-prep does not evaluate mappings',
    },

    {
      name: 'signature with MD5',
      make: () => shop.leaf(shop.authority(root), undefined, { digest: 'md5' }),
      ours: 'refused',
      rules: ['chain'],
      windows: 'TRUST_E_CERT_SIGNATURE',
      openssl: 'accepted',
      why: 'OpenSSL refuses MD5 from security level 1 on (verify uses 0)',
    },
    {
      name: 'forged signature',
      make: () => shop.leaf(shop.authority(root), undefined, { signWith: shop.key() }),
      ours: 'refused',
      rules: ['chain'],
      windows: 'TRUST_E_CERT_SIGNATURE',
      openssl: 'refused',
    },
    {
      name: 'expired CA',
      make: () =>
        shop.leaf(
          shop.authority(root, '/CN=Old CA', {
            from: new Date(Date.now() - 9e9),
            to: new Date(Date.now() - 1e8),
          }),
        ),
      ours: 'refused',
      rules: ['chain'],
      windows: 'CERT_E_EXPIRED',
      openssl: 'refused',
    },
    {
      name: 'issuer that is not a CA',
      make: () =>
        shop.leaf(shop.leaf(root, '/CN=no.contoso.com', { extensions: 'basicConstraints=CA:false' })),
      ours: 'refused',
      rules: ['chain'],
      windows: 'TRUST_E_BASIC_CONSTRAINTS',
      openssl: 'refused',
    },
    {
      name: 'CA that may not sign certificates',
      make: () =>
        shop.leaf(
          shop.authority(root, undefined, {
            extensions: 'basicConstraints=critical,CA:true\nkeyUsage=cRLSign',
          }),
        ),
      ours: 'refused',
      rules: ['chain'],
      windows: wrongUsage,
      openssl: 'refused',
    },
    {
      name: 'path that is too long',
      make: () =>
        shop.leaf(
          shop.authority(
            shop.authority(root, '/CN=Last CA', {
              extensions: `basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=keyCertSign`,
            }),
            '/CN=One More CA',
          ),
        ),
      ours: 'refused',
      rules: ['chain'],
      windows: 'TRUST_E_BASIC_CONSTRAINTS',
      openssl: 'refused',
    },
  ];

  const opensslSays = (made: MadeCertificate): string => {
    const top = made.chain.at(-1);
    const between = shop.write(
      '.pem',
      made.chain
        .slice(0, -1)
        .map(({ pem }) => pem)
        .join(''),
    );
    for (const purpose of ['sslserver', 'sslclient']) {
      const { status, stdout, stderr } = spawnSync(
        'openssl',
        [
          'verify',
          '-purpose',
          purpose,
          '-policy_check',
          '-policy',
          'anyPolicy',
          '-trusted',
          top?.path ?? '',
          '-untrusted',
          between,
          made.path,
        ],
        { encoding: 'utf8' },
      );
      if (status !== 0) return /error \d+ at .*?: (.*)/.exec(stdout + stderr)?.[1] ?? 'refused';
    }
    return 'accepted';
  };

  const ignored = new Set(['revocation', 'private-key', 'key-type', 'no-cng']);

  test.each(cases)('$name', async ({ name, make, ours, rules, windows, openssl, why }) => {
    const made = make();
    const [judged] = await judge(
      openCertificates({
        name: 'fin.pem',
        bytes: Buffer.from([made, ...made.chain].map(({ pem }) => pem).join('')),
        passwords: [],
      }),
      {
        offline: true,
        trust: openTrust({ name: 'root', bytes: Buffer.from(made.chain.at(-1)?.pem ?? ''), passwords: [] }),
      },
    );
    const troubles = (judged?.findings ?? []).filter(
      ({ id, status }) => status !== 'pass' && status !== 'not-applicable' && !ignored.has(id),
    );
    const theirs = opensslSays(made);
    rows.push(
      `| ${name} | ${ours}${rules.length === 0 ? '' : ` (${rules.join(', ')})`} | ${windows ?? ''} | ${theirs} | ${why ?? ''} |`,
    );
    const statuses = {
      accepted: [],
      refused: ['fail'],
      warning: ['warn'],
      'could-not-check': ['could-not-check'],
    }[ours];
    expect(
      [...troubles.map(({ id, found }) => [id, found])].map(([id]) => id).sort(),
      JSON.stringify(troubles.map(({ found }) => found)),
    ).toEqual([...rules].sort());
    expect([...new Set(troubles.map(({ status }) => status))]).toEqual(statuses);
    if (windows !== undefined) {
      expect(troubles.map(({ found }) => found).join()).toContain(`(Windows: ${windows})`);
      expect(troubles.flatMap(({ details }) => details?.windows)).toContain(windows);
    }
    expect(theirs === 'accepted' ? 'accepted' : 'refused', theirs).toBe(openssl);
    // Whoever judges differently from OpenSSL must say why.
    const agrees = (ours === 'refused') === (openssl === 'refused');
    expect(agrees || why !== undefined).toBe(true);
  });
});
