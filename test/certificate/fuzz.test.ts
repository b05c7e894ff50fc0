import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChain } from '../../src/certificate/chain.js';
import { judge, openCertificates, openTrust } from '../../src/certificate/index.js';
import { Unreadable } from '../../src/certificate/read/asn1.js';
import { readRevocationList } from '../../src/certificate/revocation/crl.js';
import { certificateId, readOcspAnswer } from '../../src/certificate/revocation/ocsp.js';
import { Problem } from '../../src/problem.js';
import { Secret } from '../../src/secret.js';
import { bothUsages, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { toBer } from './support/ber.js';

/*
 * Mutated inputs, the same ones each time. DPM_PREP_FUZZ sets how many; 20,000 is the full run.
 */
const howMany = Number(process.env.DPM_PREP_FUZZ ?? 2_000);
const seed = Number(process.env.DPM_PREP_FUZZ_SEED ?? 20_261_124);

const mostMs = 2_000;
const mostBytes = 300 * 1024 * 1024;

// mulberry32
const random = (start: number): (() => number) => {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Mutation = (bytes: Buffer, at: number, roll: () => number, other: Buffer) => Buffer;

const interesting = [0x00, 0x01, 0x04, 0x1f, 0x24, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xa0, 0xff];

const mutations: readonly Mutation[] = [
  (bytes, at, roll) => {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(roll() * 8));
    return bytes;
  },
  (bytes, at, roll) => {
    bytes[at] = interesting[Math.floor(roll() * interesting.length)] ?? 0;
    return bytes;
  },
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, roll) =>
    Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + Math.floor(roll() * 40))]),
  (bytes, at, roll) => {
    const piece = bytes.subarray(at, at + Math.floor(roll() * 200));
    return Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at)]);
  },
  (bytes, at, roll, other) => {
    const from = Math.floor(roll() * other.length);
    return Buffer.concat([
      bytes.subarray(0, at),
      other.subarray(from, from + Math.floor(roll() * 300)),
      bytes.subarray(at),
    ]);
  },
  (bytes, at, roll) => {
    for (let index = 0; index < 4; index += 1) bytes[at + index] = Math.floor(roll() * 256);
    return bytes;
  },
];

describe.skipIf(noOpenssl)('mutated files end as findings or as one clear error (needs openssl 3)', () => {
  let shop: Workshop;
  let leaf: MadeCertificate;
  let root: MadeCertificate;
  let files: readonly Buffer[];
  let lists: readonly Buffer[];
  let answers: readonly Buffer[];

  beforeAll(() => {
    shop = new Workshop();
    root = shop.root();
    leaf = shop.leaf(root, '/O=Contoso/CN=fin.contoso.com', {
      extensions: `${bothUsages}\nsubjectAltName=DNS:fin\nbasicConstraints=CA:false\nkeyUsage=digitalSignature\ncrlDistributionPoints=URI:http://a/b\nauthorityInfoAccess=OCSP;URI:http://a/o`,
    });
    const wide = shop.authority(root, '/O=Contoso/CN=Wide CA', {
      extensions: `basicConstraints=critical,CA:true,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer\nnameConstraints=critical,permitted;DNS:contoso.com,permitted;IP:10.0.0.0/255.0.0.0,permitted;dirName:d,excluded;email:a.b,excluded;URI:.c.d,permitted;otherName:1.3.6.1.4.1.311.20.2.3;UTF8:@contoso.com\ncertificatePolicies=1.2.3.4,2.5.29.32.0\npolicyConstraints=critical,requireExplicitPolicy:0,inhibitPolicyMapping:1\npolicyMappings=1.2.3.4:1.2.3.5\ninhibitAnyPolicy=2\n1.3.6.1.4.1.311.21.10=DER:300c300a06082b06010505070303\n[d]\nO=Contoso`,
    });
    const named = shop.leaf(wide, '/O=Contoso/CN=fin.contoso.com/emailAddress=a@contoso.com', {
      extensions: `${bothUsages}\nsubjectAltName=DNS:fin.contoso.com,IP:10.1.2.3,email:a@contoso.com,URI:http://a.b/c,RID:1.2.3,dirName:d,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@contoso.com\ncrlDistributionPoints=p\ncertificatePolicies=1.2.3.4\n[p]\nfullname=URI:http://a/b\nreasons=keyCompromise\n[d]\nO=Contoso`,
    });
    const plain = ['-nomac', '-keypbe', 'NONE', '-certpbe', 'NONE'];
    const cheap = ['-iter', '1'];
    const des = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-nomac'];
    files = [
      shop.pfx(leaf, { more: plain }),
      toBer(shop.pfx(leaf, { more: plain })),
      shop.pfx(leaf, { more: cheap }),
      shop.pfx(leaf, { more: [...cheap, ...des] }),
      shop.pfx(leaf, { more: ['-nomac', '-certpbe', 'NONE'] }),
      Buffer.from(leaf.pem + root.pem + leaf.keyPem),
      Buffer.from(leaf.pem),
      leaf.der,
      Buffer.from(named.pem + wide.pem + root.pem),
      shop.pkcs7([named, wide, root]),
      wide.der,
      shop.pkcs7([leaf, root]),
      shop.pkcs7([leaf, root], 'PEM'),
    ];
    lists = [
      shop.crl(root, { revoked: [leaf] }),
      shop.crl(root, {
        extensions:
          'issuingDistributionPoint=critical,@i\n[i]\nfullname=URI:http://a/b\nonlyuser=TRUE\nonlysomereasons=keyCompromise',
      }),
    ];
    const index = shop.responderIndex([leaf]);
    const request = shop.write('.req', Buffer.alloc(0));
    shop.run(['ocsp', '-issuer', root.path, '-cert', leaf.path, '-no_nonce', '-reqout', request]);
    const answer = shop.write('.rsp', Buffer.alloc(0));
    shop.run([
      'ocsp',
      '-index',
      index,
      '-CA',
      root.path,
      '-rsigner',
      root.path,
      '-rkey',
      root.keyPath,
      '-reqin',
      request,
      '-respout',
      answer,
    ]);
    answers = [readFileSync(answer)];
    expect(answers[0]?.length).toBeGreaterThan(200);
  });

  afterAll(() => {
    shop.remove();
  });

  const mutants = function* (seeds: readonly Buffer[], count: number): Generator<Buffer> {
    const roll = random(seed);
    for (let index = 0; index < count; index += 1) {
      const pick = (): Buffer => seeds[Math.floor(roll() * seeds.length)] ?? Buffer.alloc(0);
      let bytes = Buffer.from(pick());
      for (let times = 1 + Math.floor(roll() * 3); times > 0; times -= 1) {
        const mutation = mutations[Math.floor(roll() * mutations.length)];
        if (mutation && bytes.length > 0) {
          bytes = Buffer.from(mutation(bytes, Math.floor(roll() * bytes.length), roll, pick()));
        }
      }
      yield bytes;
    }
  };

  test(
    `${String(howMany)} PFX, PEM, DER and PKCS#7 files`,
    async () => {
      const passwords = [new Secret('secret-1')];
      const outcomes = { judged: 0, refused: 0 };
      const before = process.memoryUsage().rss;
      let index = 0;
      for (const bytes of mutants(files, howMany)) {
        const start = performance.now();
        let text: string;
        try {
          const opened = openCertificates({ name: 'mutant', bytes, passwords });
          const judged = await judge(opened, { offline: true });
          expect(judged.length).toBeGreaterThan(0);
          text = JSON.stringify(judged);
          outcomes.judged += 1;
        } catch (error) {
          if (!(error instanceof Problem)) {
            throw new Error(`input ${String(index)}: ${bytes.toString('base64')}`, { cause: error });
          }
          expect([2, 3]).toContain(error.exitCode);
          text = error.message;
          outcomes.refused += 1;
        }
        // eslint-disable-next-line no-control-regex -- the very characters that must not be there
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u200e\u200f]/u);
        expect(performance.now() - start, `input ${String(index)}`).toBeLessThan(mostMs);
        index += 1;
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(mostBytes);
      // Both ways must be gone often, or the mutations are too weak or too strong to find anything.
      expect(outcomes.judged).toBeGreaterThan(howMany / 20);
      expect(outcomes.refused).toBeGreaterThan(howMany / 20);
    },
    30 * 60_000,
  );

  test(
    `${String(Math.ceil(howMany / 4))} revocation lists and OCSP answers`,
    () => {
      const [certificate] = openTrust({ name: 'a', bytes: leaf.der, passwords: [] });
      const [issuer] = openTrust({ name: 'a', bytes: root.der, passwords: [] });
      if (!certificate || !issuer) throw new Error('nothing was opened');
      expect(
        buildChain(certificate, { others: [issuer], trusted: null, rootTrusted: null, now: '2026' }).facts
          .end,
      ).toBe('root');
      const id = certificateId(certificate, issuer);
      const tolerant = (work: () => unknown, bytes: Buffer): void => {
        const start = performance.now();
        try {
          work();
        } catch (error) {
          if (!(error instanceof Unreadable)) {
            throw new Error(bytes.toString('base64'), { cause: error });
          }
        }
        expect(performance.now() - start).toBeLessThan(mostMs);
      };
      for (const bytes of mutants(lists, Math.ceil(howMany / 8))) {
        tolerant(() => {
          const list = readRevocationList(bytes);
          list.signedBy(issuer);
          list.revokedAt(certificate.serial);
        }, bytes);
      }
      for (const bytes of mutants(answers, Math.ceil(howMany / 8))) {
        tolerant(() => readOcspAnswer(bytes, id, issuer, new Date().toISOString()), bytes);
      }
    },
    30 * 60_000,
  );
});
