import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CertificateJudge, openCertificates, type JudgeOptions } from '../../../src/certificate/index.js';
import { limits } from '../../../src/certificate/limits.js';
import { bothUsages, noOpenssl, Workshop, type MadeCertificate } from '../../support/openssl.js';
import { elements, tlv, whole } from '../support/resigned.js';
import { CrlServer, freePort, Responder } from '../support/servers.js';

const day = 86_400_000;

describe.skipIf(noOpenssl)('revocation servers are asked (needs openssl 3)', () => {
  let shop: Workshop;
  let server: CrlServer;
  let root: MadeCertificate;

  const bundle = (certificate: MadeCertificate) =>
    openCertificates({
      name: certificate.subject,
      bytes: Buffer.from([certificate, ...certificate.chain].map(({ pem }) => pem).join('')),
      passwords: [],
    });

  const certificate = (...addresses: string[]): MadeCertificate =>
    shop.leaf(root, '/CN=fin.contoso.com', { extensions: [bothUsages, ...addresses].join('\n') });

  const crlAt = (url: string): string => `crlDistributionPoints=URI:${url}`;

  const findingOf = async (made: MadeCertificate, options: JudgeOptions = {}) => {
    const [judged] = await new CertificateJudge({ addressMs: 1_500, ...options }).judge(bundle(made));
    const finding = judged?.findings.find(({ id }) => id === 'revocation');
    if (finding === undefined) throw new Error('there is no finding about revocation');
    return finding;
  };

  beforeAll(async () => {
    shop = new Workshop();
    server = new CrlServer();
    await server.start();
    root = shop.root();
  });

  beforeEach(() => {
    server.asked.length = 0;
  });

  afterAll(async () => {
    await server.stop();
    shop.remove();
  });

  describe('lists', () => {
    test('a fresh and rightly signed list, in DER and in PEM', async () => {
      const list = shop.crl(root);
      server.serve('/good.crl', list);
      server.serve('/good.pem', shop.run(['crl', '-inform', 'DER'], { input: list }));
      expect((await findingOf(certificate(crlAt(server.url('/good.crl'))))).status).toBe('pass');
      expect((await findingOf(certificate(crlAt(server.url('/good.pem'))))).status).toBe('pass');
    });

    test('a serial number in the list', async () => {
      const made = certificate(crlAt(server.url('/revoked.crl')));
      const other = certificate(crlAt(server.url('/revoked.crl')));
      server.serve('/revoked.crl', shop.crl(root, { revoked: [made] }));
      const finding = await findingOf(made);
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain('is revoked');
      expect((await findingOf(other)).status).toBe('pass');
    });

    const bad: readonly [string, () => Buffer, string][] = [
      [
        'an old list',
        () => shop.crl(root, { to: new Date(Date.now() - day), from: new Date(Date.now() - 9 * day) }),
        'out of date',
      ],
      ['a list from the future', () => shop.crl(root, { from: new Date(Date.now() + day) }), 'in the future'],
      [
        'a list with the signature of another key',
        () => shop.crl(shop.certificate({ subject: root.subject })),
        'not signed',
      ],
      ['the list of another CA', () => shop.crl(shop.root('/CN=Fabrikam Root')), 'another CA'],
      ['a page in HTML', () => Buffer.from('<html>Sign in</html>'), 'not a revocation list'],
      ['nothing at all', () => Buffer.alloc(0), 'not a revocation list'],
      ['a certificate', () => root.der, 'not a revocation list'],
      [
        'a list of CA certificates only',
        () => shop.crl(root, { extensions: 'issuingDistributionPoint=critical,@idp\n[idp]\nonlyCA=TRUE' }),
        'does not cover',
      ],
      [
        'a list of changes only',
        () => shop.crl(root, { extensions: '2.5.29.27=critical,DER:020101' }),
        'does not cover',
      ],
    ];

    test.each(bad)('%s', async (_, make, words) => {
      server.serve('/bad.crl', make());
      const finding = await findingOf(certificate(crlAt(server.url('/bad.crl'))));
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain(words);
    });

    const idp = (lines: string): string => `issuingDistributionPoint=critical,@idp\n[idp]\n${lines}`;

    test('a list for some reasons only is not a good answer', async () => {
      server.serve('/some.crl', shop.crl(root, { extensions: idp('onlysomereasons=keyCompromise') }));
      const finding = await findingOf(certificate(crlAt(server.url('/some.crl'))));
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain('only some reasons');
    });

    test('a distribution point for some reasons only is not a good answer either', async () => {
      server.serve('/all.crl', shop.crl(root));
      const made = certificate(
        `crlDistributionPoints=point\n[point]\nfullname=URI:${server.url('/all.crl')}\nreasons=keyCompromise`,
      );
      expect((await findingOf(made)).found).toContain('only some reasons');
    });

    test('a list counts only for its own distribution point', async () => {
      const here = server.url('/part.crl');
      const made = certificate(crlAt(here));
      server.serve(
        '/part.crl',
        shop.crl(root, { extensions: idp('fullname=URI:http://pki.contoso.com/2.crl') }),
      );
      const other = await findingOf(made);
      expect(other.status).toBe('fail');
      expect(other.found).toContain('another distribution point');
      server.serve('/part.crl', shop.crl(root, { extensions: idp(`fullname=URI:${here}`) }));
      expect((await findingOf(made)).status).toBe('pass');
    });

    test('a list of the other partition that names the certificate still revokes it', async () => {
      const made = certificate(crlAt(server.url('/part.crl')));
      const extensions = idp('fullname=URI:http://pki.contoso.com/2.crl');
      server.serve('/part.crl', shop.crl(root, { extensions, revoked: [made] }));
      expect((await findingOf(made)).found).toContain('is revoked');
    });

    /** OpenSSL's list with another next update, or with none, signed again. */
    const ending = (list: Buffer, end: Buffer | null): Buffer => {
      const [body, algorithm] = elements(elements(list)[0]?.content ?? Buffer.alloc(0));
      if (body === undefined || algorithm === undefined) throw new Error('not a list');
      const parts = elements(body.content).map(whole);
      parts.splice(4, 1, ...(end === null ? [] : [tlv(0x17, end)]));
      const signed = tlv(0x30, ...parts);
      return tlv(
        0x30,
        signed,
        whole(algorithm),
        tlv(0x03, Buffer.from([0]), sign('sha256', signed, root.keyPem)),
      );
    };

    test('a list without an end counts for 24 hours and not for years', async () => {
      const made = certificate(crlAt(server.url('/endless.crl')));
      server.serve('/endless.crl', ending(shop.crl(root), null));
      expect((await findingOf(made)).status).toBe('pass');
      server.serve('/endless.crl', ending(shop.crl(root, { from: new Date('2010-01-01T00:00:00Z') }), null));
      const old = await findingOf(made);
      expect(old.status).toBe('fail');
      expect(old.found).toContain('older than 24 hours');
    });

    test('an end that is not a date is not the same as no end', async () => {
      const made = certificate(crlAt(server.url('/unclear.crl')));
      server.serve('/unclear.crl', ending(shop.crl(root), Buffer.from('991399000000Z')));
      const finding = await findingOf(made);
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain('next update is invalid');
    });

    test.each([
      ['md5', 'fail'],
      ['sha1', 'pass'],
      ['sha256', 'pass'],
    ])('a list that is signed with %s: %s', async (digest, status) => {
      server.serve('/digest.crl', shop.crl(root, { digest }));
      expect((await findingOf(certificate(crlAt(server.url('/digest.crl'))))).status).toBe(status);
    });

    test('a signature over other bytes', async () => {
      const list = Buffer.from(shop.crl(root));
      // In the middle of the signature.
      const at = list.length - 100;
      list[at] = (list[at] ?? 0) ^ 1;
      server.serve('/bad.crl', list);
      expect((await findingOf(certificate(crlAt(server.url('/bad.crl'))))).found).toContain('not signed');
    });

    test('a CA whose key usage forbids it to sign lists', async () => {
      const weak = shop.root('/CN=Weak Root', {
        extensions: 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign',
      });
      server.serve('/weak.crl', shop.crl(weak));
      const made = shop.leaf(weak, '/CN=fin.contoso.com', {
        extensions: `${bothUsages}\n${crlAt(server.url('/weak.crl'))}`,
      });
      expect((await findingOf(made)).found).toContain('key usage');
    });

    test('a list of 100,000 entries', async () => {
      const made = certificate(crlAt(server.url('/large.crl')));
      const many = Array.from({ length: 100_000 }, (_, index) => ({
        ...made,
        serial: (0x10_0000 + index).toString(16).toUpperCase(),
      }));
      server.serve('/large.crl', shop.crl(root, { revoked: many }));
      expect((await findingOf(made)).status).toBe('pass');
      server.serve('/large.crl', shop.crl(root, { revoked: [...many, made] }));
      expect((await findingOf(made)).found).toContain('is revoked');
    });

    test('a list is fetched once in a run, however many certificates name it', async () => {
      server.serve('/once.crl', shop.crl(root));
      const all = [1, 2, 3].map(() => certificate(crlAt(server.url('/once.crl'))));
      const session = new CertificateJudge();
      for (const each of all) await session.judge(bundle(each));
      await session.judge(all.flatMap((each) => bundle(each)));
      expect(server.asked).toEqual(['/once.crl']);
    });

    test('every certificate of the chain is asked about, the root is not', async () => {
      const ca = shop.authority(root, '/CN=Issuing CA', {
        extensions: `basicConstraints=CA:true\nkeyUsage=keyCertSign,cRLSign\n${crlAt(server.url('/r.crl'))}`,
      });
      const made = shop.leaf(ca, '/CN=fin.contoso.com', {
        extensions: `${bothUsages}\n${crlAt(server.url('/c.crl'))}`,
      });
      server.serve('/c.crl', shop.crl(ca));
      server.serve('/r.crl', shop.crl(root, { revoked: [ca] }));
      const finding = await findingOf(made);
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain('CN=Issuing CA is revoked');
      expect([...server.asked].sort()).toEqual(['/c.crl', '/r.crl']);
    });
  });

  describe('addresses', () => {
    test('nothing is asked with --offline', async () => {
      const made = certificate(
        crlAt(server.url('/never.crl')),
        `authorityInfoAccess=OCSP;URI:${server.url('/never')}`,
      );
      expect((await findingOf(made, { offline: true })).status).toBe('could-not-check');
      expect(server.asked).toEqual([]);
    });

    test('a directory address is named and never asked; alone it fails for a workgroup', async () => {
      const made = certificate(crlAt('ldap://127.0.0.1/CN=CA?certificateRevocationList'));
      const finding = await findingOf(made);
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain('ldap://127.0.0.1');
      expect((await findingOf(made, { environment: 'untrusted-domain' })).status).toBe('warn');
      expect((await findingOf(made, { offline: true })).status).toBe('fail');
    });

    test.each(['file:///etc/passwd', 'ftp://127.0.0.1/a.crl', 'javascript:1', 'http://', 'no address'])(
      '%s is never asked',
      async (url) => {
        expect((await findingOf(certificate(crlAt(url)))).status).toBe('fail');
        expect(server.asked).toEqual([]);
      },
    );

    test('a server that is not there, a name that is not known, and a page that is not there', async () => {
      const gone = await findingOf(certificate(crlAt(`http://127.0.0.1:${String(await freePort())}/a.crl`)));
      expect(gone).toMatchObject({ status: 'fail' });
      expect(gone.found).toContain('refuses the connection');
      const nameless = await findingOf(certificate(crlAt('http://no-such-host.invalid/a.crl')));
      expect(nameless).toMatchObject({ status: 'fail' });
      expect((await findingOf(certificate(crlAt(server.url('/404'))))).found).toContain('404');
    });

    test('one of two addresses that does not work is a warning', async () => {
      server.serve('/good.crl', shop.crl(root));
      const made = certificate(
        `crlDistributionPoints=URI:${server.url('/404')},URI:${server.url('/good.crl')}`,
      );
      expect((await findingOf(made)).status).toBe('warn');
    });

    test('redirects are followed, but not for ever, and not to a file', async () => {
      const to = (location: string) => (_: unknown, response: ServerResponse) => {
        response.writeHead(302, { location }).end();
      };
      server.serve('/good.crl', shop.crl(root));
      server.serve('/one', to('/good.crl'));
      server.serve('/loop', to('/loop'));
      server.serve('/file', to('file:///etc/passwd'));
      expect((await findingOf(certificate(crlAt(server.url('/one'))))).status).toBe('pass');
      expect((await findingOf(certificate(crlAt(server.url('/loop'))))).found).toContain('redirects');
      expect(server.asked.filter((path) => path === '/loop')).toHaveLength(limits.redirects + 1);
      expect((await findingOf(certificate(crlAt(server.url('/file'))))).found).toContain('not http or https');
    });

    test('a redirect never leads to another port of this computer', async () => {
      const inner = new CrlServer();
      await inner.start();
      try {
        const there = new URL(inner.serve('/good.crl', shop.crl(root)));
        const ways = ['127.0.0.1', 'localhost', '127.1', '[::ffff:127.0.0.1]', '0.0.0.0', hostname()];
        for (const host of ways) {
          server.serve('/away', (_, response) => {
            response.writeHead(302, { location: `http://${host}:${there.port}/good.crl` }).end();
          });
          const finding = await findingOf(certificate(crlAt(server.url('/away'))));
          expect(finding.status, host).toBe('fail');
          expect(finding.found, host).toContain('another port of this computer');
        }
        expect(inner.asked).toEqual([]);
      } finally {
        await inner.stop();
      }
    });

    test('a server that never answers, and one that drips, are given up on', async () => {
      server.serve('/silent', () => undefined);
      server.serve('/drip', (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 50);
        response.on('close', () => {
          clearInterval(timer);
        });
      });
      for (const path of ['/silent', '/drip']) {
        const finding = await findingOf(certificate(crlAt(server.url(path))), { addressMs: 400 });
        expect(finding.found).toContain('no whole answer within 0.4 s');
      }
    });

    test('the download of an answer that is too large stops, whether it says so or not', async () => {
      let sent = 0;
      server.serve('/announced', (_, response) => {
        response.writeHead(200, { 'content-length': limits.crlBytes + 1 }).flushHeaders();
      });
      server.serve('/endless', (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(256 * 1024))) sent += 256 * 1024;
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      });
      for (const path of ['/announced', '/endless']) {
        const finding = await findingOf(certificate(crlAt(server.url(path))), { addressMs: 20_000 });
        expect(finding.found).toContain('larger than');
      }
      expect(sent).toBeLessThan(limits.crlBytes * 3);
    });

    test('of very many addresses only a few are asked', async () => {
      const all = Array.from({ length: 40 }, (_, index) => `URI:${server.url(`/${String(index)}.crl`)}`);
      await findingOf(certificate(`crlDistributionPoints=${all.join(',')}`));
      expect(server.asked).toHaveLength(limits.addresses);
    });
  });

  describe('OCSP', () => {
    const ocspAt = (port: number): string => `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${String(port)}/`;

    const answering = async (
      made: MadeCertificate,
      port: number,
      signer: MadeCertificate,
      lists: { valid?: MadeCertificate[]; revoked?: MadeCertificate[] },
      ca = root,
    ) => {
      const responder = await Responder.start({
        port,
        index: shop.responderIndex(lists.valid ?? [], lists.revoked ?? []),
        caPath: ca.path,
        signerPath: signer.path,
        signerKeyPath: signer.keyPath,
      });
      try {
        return await findingOf(made);
      } finally {
        await responder.stop();
      }
    };

    test('good, revoked and unknown, signed by the CA itself', async () => {
      const port = await freePort();
      const made = certificate(ocspAt(port));
      expect(await answering(made, port, root, { valid: [made] })).toMatchObject({ status: 'pass' });
      const revoked = await answering(made, port, root, { revoked: [made] });
      expect(revoked.status).toBe('fail');
      expect(revoked.found).toContain('is revoked');
      const unknown = await answering(made, port, root, {});
      expect(unknown.status).toBe('fail');
      expect(unknown.found).toContain('does not know');
    });

    test('signed by a responder that the CA appointed', async () => {
      const port = await freePort();
      const made = certificate(ocspAt(port));
      const signer = shop.leaf(root, '/CN=Responder', { extensions: 'extendedKeyUsage=OCSPSigning' });
      expect(await answering(made, port, signer, { valid: [made] })).toMatchObject({ status: 'pass' });
    });

    /** An answer of OpenSSL's responder as a file, served to whoever asks. */
    const recorded = (made: MadeCertificate, path: string, ...more: readonly string[]): Buffer => {
      const request = shop.write('.req', Buffer.alloc(0));
      shop.run(['ocsp', '-issuer', root.path, '-cert', made.path, '-no_nonce', '-reqout', request]);
      const answer = shop.write('.rsp', Buffer.alloc(0));
      const signer = ['-CA', root.path, '-rsigner', root.path, '-rkey', root.keyPath];
      const index = ['-index', shop.responderIndex([made])];
      shop.run(['ocsp', ...index, ...signer, ...more, '-reqin', request, '-respout', answer]);
      const bytes = readFileSync(answer);
      server.serve(path, bytes);
      return bytes;
    };

    test('an answer without an end counts for 24 hours and not for 600 days', async () => {
      const made = certificate(`authorityInfoAccess=OCSP;URI:${server.url('/recorded')}`);
      recorded(made, '/recorded');
      expect((await findingOf(made)).status).toBe('pass');
      const later = await findingOf(made, { now: new Date(Date.now() + 600 * day) });
      expect(later.status).toBe('fail');
      expect(later.found).toContain('older than 24 hours');
    });

    test.each([
      ['md5', 'fail'],
      ['sha1', 'pass'],
      ['sha256', 'pass'],
    ])('an answer that is signed with %s: %s', async (digest, status) => {
      const made = certificate(`authorityInfoAccess=OCSP;URI:${server.url('/digest')}`);
      recorded(made, '/digest', '-rmd', digest, '-nmin', '60');
      expect((await findingOf(made)).status).toBe(status);
    });

    test('an answer whose next update is not a date, signed by the CA, is not one without an end', async () => {
      const made = certificate(`authorityInfoAccess=OCSP;URI:${server.url('/odd')}`);
      const answer = recorded(made, '/odd', '-nmin', '60', '-resp_no_certs');
      expect((await findingOf(made)).status).toBe('pass');
      // Context tag 0 around a GeneralizedTime of 15 characters. The month becomes the thirteenth.
      const end = answer.indexOf(Buffer.from('a011180f', 'hex'));
      expect(end).toBeGreaterThan(0);
      answer.write('13', end + 8, 'latin1');
      const [, wrapped] = elements(elements(answer)[0]?.content ?? Buffer.alloc(0));
      const bytes = elements(elements(wrapped?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0))[1];
      const [data] = elements(elements(bytes?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0));
      if (data === undefined) throw new Error('not an answer');
      sign('sha256', whole(data), readFileSync(root.keyPath)).copy(answer, answer.length - 256);
      server.serve('/odd', answer);
      const finding = await findingOf(made);
      expect(finding.status).toBe('fail');
      expect(finding.found).toContain('the date of its next update is invalid');
    });

    test('signed by somebody else', async () => {
      const port = await freePort();
      const made = certificate(ocspAt(port));
      const stranger = shop.leaf(shop.root('/CN=Fabrikam Root'), '/CN=Responder', {
        extensions: 'extendedKeyUsage=OCSPSigning',
      });
      const computer = shop.leaf(root, '/CN=hr.contoso.com');
      for (const signer of [stranger, computer]) {
        const finding = await answering(made, port, signer, { valid: [made] });
        expect(finding.status).toBe('fail');
        expect(finding.found).toContain('did not issue for signing');
      }
    });

    test('a responder for another CA, one without the responder usage, and a missing one', async () => {
      const port = await freePort();
      const made = certificate(ocspAt(port));
      const other = shop.root('/CN=Fabrikam Root');
      expect((await answering(made, port, other, { valid: [made] }, other)).status).toBe('fail');
      expect((await findingOf(made)).found).toContain('refuses the connection');
      server.serve('/ocsp', Buffer.from('hello'));
      const html = await findingOf(certificate(`authorityInfoAccess=OCSP;URI:${server.url('/ocsp')}`));
      expect(html.found).toContain('no usable answer');
    });
  });
});
