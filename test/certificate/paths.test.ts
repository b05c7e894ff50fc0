import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge, openCertificates, openTrust, type JudgeOptions } from '../../src/certificate/index.js';
import { limits } from '../../src/certificate/limits.js';
import { bothUsages, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';

describe.skipIf(noOpenssl)('of several paths the best one is judged (needs openssl 3)', () => {
  let shop: Workshop;

  beforeAll(() => {
    shop = new Workshop();
  });

  afterAll(() => {
    shop.remove();
  });

  const ca = 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign';
  const past = { from: new Date(Date.now() - 9e9), to: new Date(Date.now() - 1e8) };

  const chainOf = async (all: readonly MadeCertificate[], options: JudgeOptions = {}) => {
    const bytes = Buffer.from(all.map(({ pem }) => pem).join(''));
    const judged = await judge(openCertificates({ name: 'fin.pem', bytes, passwords: [] }), {
      offline: true,
      ...options,
    });
    const [result] = judged;
    return {
      count: judged.length,
      status: result?.findings.find(({ id }) => id === 'chain')?.status,
      thumbprints: result?.certificate?.chain.links.map(({ thumbprint }) => thumbprint),
    };
  };

  const trusted = (certificate: MadeCertificate) =>
    openTrust({ name: 'root', bytes: Buffer.from(certificate.pem), passwords: [] });

  /** Every order of a few things. */
  const orders = <T>(all: readonly T[]): readonly (readonly T[])[] =>
    all.length < 2
      ? [all]
      : all.flatMap((first) => orders(all.filter((each) => each !== first)).map((rest) => [first, ...rest]));

  test('a renewed root and its cross certificate, in every order', async () => {
    const oldRoot = shop.root('/CN=Old Root');
    const newRoot = shop.root('/CN=New Root');
    const cross = shop.authority(oldRoot, '/CN=New Root', { keyPath: newRoot.keyPath });
    const issuing = shop.authority(newRoot, '/CN=Issuing CA');
    const fin = shop.leaf(issuing);
    for (const order of orders([fin, issuing, newRoot, cross, oldRoot])) {
      const byNew = await chainOf(order, { trust: trusted(newRoot) });
      expect(byNew).toEqual({
        count: 1,
        status: 'pass',
        thumbprints: [fin, issuing, newRoot].map(({ thumbprint }) => thumbprint),
      });
      const byOld = await chainOf(order, { trust: trusted(oldRoot) });
      expect(byOld).toEqual({
        count: 1,
        status: 'pass',
        thumbprints: [fin, issuing, cross, oldRoot].map(({ thumbprint }) => thumbprint),
      });
    }
  });

  test('a root that was renewed with its key: the valid one is taken', async () => {
    const old = shop.root('/CN=Root', past);
    const renewed = shop.root('/CN=Root', { keyPath: old.keyPath });
    const fin = shop.leaf(old);
    for (const order of orders([fin, old, renewed])) {
      expect(await chainOf(order)).toEqual({
        count: 1,
        status: 'pass',
        thumbprints: [fin.thumbprint, renewed.thumbprint],
      });
    }
  });

  test('a dead end below the only good path is left again', async () => {
    const root = shop.root('/CN=Root A');
    const gone = shop.root('/CN=Root B');
    const first = shop.authority(root, '/CN=Shared CA');
    const second = shop.authority(gone, '/CN=Shared CA', { keyPath: first.keyPath });
    const fin = shop.leaf(first);
    for (const order of orders([fin, first, second, root])) {
      expect((await chainOf(order)).thumbprints).toEqual([fin, first, root].map((each) => each.thumbprint));
    }
  });

  test('of two CA certificates with one key, the one that allows the usages is taken', async () => {
    const root = shop.root('/CN=Root C');
    const limited = shop.authority(root, '/CN=Limited CA', {
      extensions: `${ca}\nextendedKeyUsage=codeSigning`,
    });
    const free = shop.authority(root, '/CN=Limited CA', { keyPath: limited.keyPath });
    const fin = shop.leaf(free);
    for (const order of orders([fin, limited, free, root])) {
      expect((await chainOf(order)).thumbprints).toEqual([fin, free, root].map((each) => each.thumbprint));
    }
  });

  test('CAs that certify each other do not make an endless path', async () => {
    const count = 7;
    const keys = Array.from({ length: count }, (_, index) => shop.root(`/CN=Mesh ${String(index)}`));
    const mesh = keys.flatMap((issuer, at) =>
      keys
        .filter((_, index) => index !== at)
        .map((subject) => shop.authority(issuer, subject.subject, { keyPath: subject.keyPath })),
    );
    const [top] = keys;
    if (top === undefined) throw new Error('no CA was made');
    const fin = shop.leaf(top, '/CN=fin.contoso.com', { extensions: bothUsages });
    const began = performance.now();
    const without = await chainOf([fin, ...mesh]);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(without.status).toBe('fail');
    expect(mesh.length).toBeGreaterThan(limits.chain);
    const reached = await chainOf([fin, ...mesh, ...keys.slice(-1)], { trust: trusted(keys.at(-1) ?? top) });
    expect(reached.status).toBe('pass');
  });
});
