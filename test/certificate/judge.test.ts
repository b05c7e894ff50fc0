import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CertificateJudge,
  judge,
  openCertificates,
  openTrust,
  type JudgedCertificate,
  type JudgeOptions,
} from '../../src/certificate/index.js';
import { Secret } from '../../src/secret.js';
import { bothUsages, ksp, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { CrlServer } from './support/servers.js';

const day = 86_400_000;

describe.skipIf(noOpenssl)(
  'certificates made by OpenSSL are judged as they were made (needs openssl 3)',
  () => {
    let shop: Workshop;
    let server: CrlServer;
    let root: MadeCertificate;
    let ca: MadeCertificate;
    let good: MadeCertificate;
    let cdp: string;

    const open = (bytes: Buffer, name = 'fin.pfx', password = 'secret-1') =>
      openCertificates({ name, bytes, passwords: [new Secret(password)] });

    const troubles = (judged: JudgedCertificate | undefined): Record<string, string> =>
      Object.fromEntries(
        (judged?.findings ?? [])
          .filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
          .map(({ id, status }) => [id, status]),
      );

    const judged = async (bytes: Buffer, options: JudgeOptions = {}, name = 'fin.pfx') => {
      const all = await judge(open(bytes, name), options);
      expect(all).toHaveLength(1);
      return troubles(all[0]);
    };

    /** Extensions of a certificate that DPM accepts and whose revocation list is served. */
    const sound = (...more: string[]): string => [bothUsages, cdp, ...more].join('\n');

    beforeAll(async () => {
      shop = new Workshop();
      server = new CrlServer();
      await server.start();
      root = shop.root();
      const rootList = server.url('/root.crl');
      ca = shop.authority(root, '/O=Contoso/CN=Contoso Issuing CA', {
        extensions: `basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\ncrlDistributionPoints=URI:${rootList}`,
      });
      cdp = `crlDistributionPoints=URI:${server.url('/ca.crl')}`;
      server.serve('/root.crl', shop.crl(root));
      server.serve('/ca.crl', shop.crl(ca));
      good = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: sound() });
    });

    afterAll(async () => {
      await server.stop();
      shop.remove();
    });

    test('a good PFX has no trouble at all, and every rule has a finding', async () => {
      const [result] = await judge(open(shop.pfx(good)), {
        trust: openTrust({ name: 'root.pem', bytes: Buffer.from(root.pem), passwords: [] }),
        expectedName: 'fin.contoso.com',
        authCaThumbprint: root.thumbprint,
      });
      expect(troubles(result)).toEqual({});
      expect(result?.certificate).toMatchObject({
        subject: 'CN=fin.contoso.com',
        thumbprint: good.thumbprint,
        root: { subject: 'CN=Contoso Root, O=Contoso', thumbprint: root.thumbprint },
        hasPrivateKey: true,
      });
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      expect(JSON.stringify(result)).not.toContain('PRIVATE KEY');
    });

    test('CNG and signature keys', async () => {
      expect(await judged(shop.pfx(good, { csp: ksp }))).toEqual({ 'no-cng': 'fail' });
      expect(await judged(shop.pfx(good, { keyType: 'signature' }))).toEqual({ 'key-type': 'fail' });
      expect(await judged(shop.pfx(good, { keyType: null, csp: null }))).toEqual({
        'key-type': 'could-not-check',
        'no-cng': 'could-not-check',
      });
    });

    test('EC and Ed25519 keys are findings', async () => {
      for (const key of ['ec:P-256', 'ed25519']) {
        const certificate = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: sound(), key });
        expect(await judged(shop.pfx(certificate, { csp: null, keyType: null }))).toEqual({
          'no-cng': 'fail',
        });
      }
    });

    test.each([
      ['clientAuth', { 'server-auth': 'fail' }],
      ['serverAuth', { 'client-auth': 'fail' }],
      ['codeSigning', { 'client-auth': 'fail', 'server-auth': 'fail' }],
      ['anyExtendedKeyUsage', { 'client-auth': 'warn', 'server-auth': 'warn' }],
    ])('Enhanced Key Usage with %s only', async (usage, expected) => {
      const certificate = shop.leaf(ca, '/CN=fin.contoso.com', {
        extensions: `extendedKeyUsage=${usage}\n${cdp}`,
      });
      expect(await judged(shop.pfx(certificate))).toEqual(expected);
    });

    test('no Enhanced Key Usage at all', async () => {
      const certificate = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: cdp });
      expect(await judged(shop.pfx(certificate))).toEqual({ 'client-auth': 'warn', 'server-auth': 'warn' });
    });

    test.each([
      ['rsa:512', 'fail'],
      ['rsa:1024', 'warn'],
    ])('a key of %s', async (key, status) => {
      const certificate = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: sound(), key });
      expect(await judged(shop.pfx(certificate))).toEqual({ 'key-length': status });
    });

    test('an empty subject, of the certificate and of the root', async () => {
      const nameless = shop.leaf(ca, '/', { extensions: sound('subjectAltName=DNS:fin.contoso.com') });
      expect(await judged(shop.pfx(nameless))).toEqual({ subject: 'fail' });
      const namelessRoot = shop.root('/');
      const below = shop.leaf(namelessRoot, '/CN=fin.contoso.com', { extensions: sound() });
      expect(await judged(shop.pfx(below), { offline: true })).toEqual({
        'root-subject': 'fail',
        revocation: 'could-not-check',
      });
    });

    test('a self-signed certificate', async () => {
      const own = shop.certificate({ subject: '/CN=fin.contoso.com', extensions: bothUsages });
      expect(await judged(shop.pfx(own))).toEqual({ 'not-self-signed': 'fail' });
    });

    test('the name of the issuer without its signature is not self-signed, but the chain is broken', async () => {
      const forged = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: sound(), signWith: shop.key() });
      expect(await judged(shop.pfx(forged))).toEqual({ chain: 'fail' });
      const sameName = shop.root('/CN=fin.contoso.com');
      const issued = shop.leaf(sameName, '/CN=fin.contoso.com', {});
      const all = await judge(open(shop.pfx(issued)));
      expect(troubles(all[0])).toEqual({ revocation: 'warn' });
    });

    test('validity', async () => {
      const at = (from: number, to: number) =>
        shop.pfx(
          shop.leaf(ca, '/CN=fin.contoso.com', {
            extensions: sound(),
            from: new Date(Date.now() + from * day),
            to: new Date(Date.now() + to * day),
          }),
        );
      expect(await judged(at(-30, -1))).toEqual({ validity: 'fail' });
      expect(await judged(at(1, 300))).toEqual({ validity: 'fail' });
      expect(await judged(at(-30, 29))).toEqual({ validity: 'warn' });
      expect(await judged(at(-30, 29), { minDays: 7 })).toEqual({});
    });

    test('a chain that is cut, and one that is completed by --trust', async () => {
      const alone = shop.pfx(good, { chain: [] });
      expect(await judged(alone)).toMatchObject({ chain: 'fail', 'root-subject': 'could-not-check' });
      const trust = openTrust({ name: 'ca.pem', bytes: Buffer.from(root.pem + ca.pem), passwords: [] });
      expect(await judged(alone, { trust })).toEqual({});
      const other = openTrust({
        name: 'other.pem',
        bytes: Buffer.from(shop.root('/CN=Fabrikam Root').pem),
        passwords: [],
      });
      expect(await judged(shop.pfx(good), { trust: other })).toEqual({ chain: 'fail' });
    });

    test('an issuer that is not a CA, an expired one, and a path that is too long', async () => {
      const noCa = shop.leaf(root, '/CN=no.contoso.com', { extensions: 'basicConstraints=CA:false' });
      const expired = shop.authority(root, '/CN=Old CA', {
        from: new Date(Date.now() - 30 * day),
        to: new Date(Date.now() - day),
      });
      const tooDeep = shop.authority(ca, '/CN=Deep CA');
      for (const issuer of [noCa, expired, tooDeep]) {
        const certificate = shop.leaf(issuer, '/CN=fin.contoso.com', { extensions: sound() });
        const result = await judged(shop.pfx(certificate), { offline: true });
        expect(result).toEqual({ chain: 'fail', revocation: expect.any(String) as unknown });
      }
    });

    test('a signature with MD5', async () => {
      const certificate = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: sound(), digest: 'md5' });
      expect(await judged(shop.pfx(certificate))).toEqual({ chain: 'fail' });
    });

    test('no key, and a key of another certificate', async () => {
      expect(await judged(shop.pfx(good, { withKey: false }))).toMatchObject({ 'private-key': 'fail' });
      const bundle = Buffer.from(good.pem + ca.pem + root.pem + shop.leaf(ca, '/CN=hr.contoso.com').keyPem);
      expect(await judged(bundle, {}, 'fin.pem')).toMatchObject({ 'private-key': 'fail' });
    });

    test('the same certificate, and the same key, in two inputs and against --other', async () => {
      const twin = shop.leaf(ca, '/CN=hr.contoso.com', { extensions: sound(), keyPath: good.keyPath });
      const [first, second, third] = [
        open(shop.pfx(good), 'fin.pfx'),
        open(shop.pfx(twin), 'hr.pfx'),
        open(shop.pfx(good), 'copy.pfx'),
      ] as const;
      const session = new CertificateJudge({ offline: true });
      const results = [
        ...(await session.judge(first)),
        ...(await session.judge(second)),
        ...(await session.judge(third)),
      ];
      expect(troubles(results[0])).not.toHaveProperty('own-certificate');
      const settled = session.settle(results);
      const words = settled.map(
        ({ findings }) => findings.find(({ id }) => id === 'own-certificate')?.found ?? '',
      );
      expect(words[0]).toContain('hr.pfx has the same key');
      expect(words[0]).toContain('copy.pfx has the same certificate');
      expect(words[1]).toContain('fin.pfx has the same key');
      expect(words[2]).toContain('fin.pfx has the same certificate');
      expect(await judged(shop.pfx(good), { other: second })).toEqual({ 'own-certificate': 'fail' });
    });

    test('the name, an authority that is not in the chain, and a renewal', async () => {
      const pfx = shop.pfx(good);
      expect(await judged(pfx, { expectedName: 'hr.contoso.com' })).toEqual({ name: 'warn' });
      expect(await judged(pfx, { authCaThumbprint: 'F'.repeat(40) })).toEqual({ authority: 'fail' });
      const old = (certificate: MadeCertificate) => open(shop.pfx(certificate), 'old.pfx')[0];
      const same = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: sound() });
      const [sameOld, otherSubject] = [old(same), old(shop.leaf(ca, '/CN=fin', { extensions: sound() }))];
      const otherRoot = old(shop.leaf(shop.root('/CN=Fabrikam Root'), '/CN=fin.contoso.com', {}));
      if (!sameOld || !otherSubject || !otherRoot) throw new Error('nothing was opened');
      expect(await judged(pfx, { replaces: sameOld })).toEqual({});
      expect(await judged(pfx, { replaces: otherSubject })).toEqual({ renewal: 'fail' });
      expect(await judged(pfx, { replaces: otherRoot })).toEqual({ renewal: 'fail' });
    });

    test('version 1', async () => {
      const old = shop.leaf(ca, '/CN=fin.contoso.com', { extensions: '' });
      const text = shop.run(['x509', '-in', old.path, '-noout', '-text']).toString('utf8');
      // OpenSSL 3.2 and later make version 3 of it whatever is asked.
      if (!text.includes('Version: 1 ')) return;
      expect(await judged(shop.pfx(old))).toEqual({
        version: 'fail',
        'client-auth': 'warn',
        'server-auth': 'warn',
        revocation: 'warn',
      });
    });

    test('an id that is ignored still shows', async () => {
      const all = await judge(open(shop.pfx(good, { csp: ksp })), { ignore: ['no-cng'] });
      const finding = all[0]?.findings.find(({ id }) => id === 'no-cng');
      expect(finding).toMatchObject({ status: 'fail', ignored: true });
    });
  },
);
