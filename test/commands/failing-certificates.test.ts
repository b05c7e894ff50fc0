import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialFileName } from '../../src/dpm/credential-file.js';
import { handoverFileName } from '../../src/dpm/handover.js';
import { CrlServer } from '../certificate/support/servers.js';
import {
  certificateWorld,
  computerName,
  contentOf,
  copyOf,
  dpmServer,
  inTemp,
  listedIn,
  onPractice,
  ownBin,
  store,
  temp,
  onServer,
  sha256Of,
  writeHandoverFile,
  type Stored,
} from '../support/certificate-world.js';
import { document, type CliResult } from '../support/cli.js';
import { bothUsages, ksp, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('failing-certificates');
const template = join(folder, 'template');
const day = 86_400_000;
const computer = computerName(1);

let count = 0;
const newWorld = (): string => {
  count += 1;
  return copyOf(template, join(folder, `world-${String(count)}`));
};

const failedIds = (result: CliResult): readonly string[] => {
  const { findings } = document(result) as unknown as {
    readonly findings: readonly { readonly id: string; readonly status: string }[];
  };
  return findings.filter(({ status }) => status === 'fail').map(({ id }) => id);
};

/** One way to fail: what stands in the store, and the check that must say so. */
interface Way {
  readonly id: string;
  readonly stored: Omit<Stored, 'certificate'> & {
    readonly certificate: (subject: string) => MadeCertificate;
  };
  /** The same fault in a PFX file, where a file can have it; checks that say so there. */
  readonly pfx: boolean;
}

describe.skipIf(noOpenssl)(
  'a certificate that DPM refuses stops every certificate step: exit 3, nothing changed (needs openssl 3)',
  () => {
    let shop: Workshop;
    let server: CrlServer;
    let root: MadeCertificate;
    let ca: MadeCertificate;
    let nameless: MadeCertificate;
    let cdp: string;

    const sound = (): string => [bothUsages, cdp].join('\n');
    const leaf = (subject: string, more: Partial<Parameters<Workshop['leaf']>[2]> = {}): MadeCertificate =>
      shop.leaf(ca, subject, { extensions: sound(), ...more });

    const ways: Readonly<Record<string, Way>> = {
      'no client authentication': {
        id: 'client-auth',
        stored: {
          certificate: (subject) => leaf(subject, { extensions: `extendedKeyUsage=serverAuth\n${cdp}` }),
        },
        pfx: true,
      },
      'no server authentication': {
        id: 'server-auth',
        stored: {
          certificate: (subject) => leaf(subject, { extensions: `extendedKeyUsage=clientAuth\n${cdp}` }),
        },
        pfx: true,
      },
      'a key of 512 bits': {
        id: 'key-length',
        stored: { certificate: (subject) => leaf(subject, { key: 'rsa:512' }) },
        pfx: true,
      },
      'a signature key': {
        id: 'key-type',
        stored: { certificate: (subject) => leaf(subject), keySpec: 'signature' },
        pfx: false,
      },
      'a CNG key': {
        id: 'no-cng',
        stored: { certificate: (subject) => leaf(subject), keySpec: 'cng', provider: ksp },
        pfx: false,
      },
      'no subject': {
        id: 'subject',
        stored: {
          certificate: () => leaf('/', { extensions: `${sound()}\nsubjectAltName=DNS:fin.contoso.com` }),
        },
        pfx: true,
      },
      'a root without a subject': {
        id: 'root-subject',
        stored: {
          certificate: (subject) => shop.leaf(nameless, subject, { extensions: sound() }),
        },
        pfx: true,
      },
      'self-signed': {
        id: 'not-self-signed',
        stored: { certificate: (subject) => shop.certificate({ subject, extensions: bothUsages }) },
        pfx: true,
      },
      'a root that is not trusted here': {
        id: 'chain',
        stored: { certificate: (subject) => leaf(subject), trusted: false },
        pfx: false,
      },
      'a signature of another key': {
        id: 'chain',
        stored: { certificate: (subject) => leaf(subject, { signWith: shop.key('rsa:2048', 'other') }) },
        pfx: true,
      },
      expired: {
        id: 'validity',
        stored: {
          certificate: (subject) =>
            leaf(subject, { from: new Date(Date.now() - 40 * day), to: new Date(Date.now() - day) }),
        },
        pfx: true,
      },
      'not valid yet': {
        id: 'validity',
        stored: {
          certificate: (subject) =>
            leaf(subject, { from: new Date(Date.now() + day), to: new Date(Date.now() + 90 * day) }),
        },
        pfx: true,
      },
      revoked: {
        id: 'revocation',
        stored: {
          certificate: (subject) => {
            const made = leaf(subject, {
              extensions: `${bothUsages}\ncrlDistributionPoints=URI:${server.url('/revoked.crl')}`,
            });
            server.serve('/revoked.crl', shop.crl(ca, { revoked: [made] }));
            return made;
          },
        },
        pfx: true,
      },
      'a revocation list that only a domain can reach': {
        id: 'revocation',
        stored: {
          certificate: (subject) =>
            leaf(subject, {
              extensions: `${bothUsages}\ncrlDistributionPoints=URI:ldap:///CN=ca?certificateRevocationList`,
            }),
        },
        pfx: true,
      },
      'no private key': {
        id: 'private-key',
        stored: { certificate: (subject) => leaf(subject), withKey: false },
        pfx: false,
      },
    };

    const eachWay = Object.entries(ways);
    const thumbprintIn = async (world: string, where: string, { stored }: Way): Promise<string> => {
      const certificate = stored.certificate(`/CN=${where}`);
      await store(world, where, { ...stored, certificate });
      return certificate.thumbprint;
    };

    const refused = async (
      world: string,
      id: string,
      words: readonly string[],
      on: string,
    ): Promise<void> => {
      const before = contentOf(world);
      const result = await onPractice(world, words, { on });
      expect(result.code, result.stdout + result.stderr).toBe(3);
      expect(failedIds(result)).toContain(id);
      expect(document(result)).toMatchObject({ changed: false, outcome: 'check-failed' });
      expect(contentOf(world)).toEqual(before);
    };

    beforeAll(async () => {
      shop = new Workshop();
      server = new CrlServer();
      await server.start();
      root = shop.root();
      ca = shop.authority(root, '/O=Contoso/CN=Contoso Issuing CA', {
        extensions: `basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\ncrlDistributionPoints=URI:${server.url('/root.crl')}`,
      });
      nameless = shop.root('/');
      cdp = `crlDistributionPoints=URI:${server.url('/ca.crl')}`;
      server.serve('/root.crl', shop.crl(root));
      server.serve('/ca.crl', shop.crl(ca));
      await certificateWorld({ folder: template, count: 1 });
    }, 60_000);

    afterAll(async () => {
      await server.stop();
      shop.remove();
    });

    const setCredentials = (thumbprint: string, ...more: readonly string[]): readonly string[] => [
      ...[
        'set-credentials',
        '--dpm-server-name',
        dpmServer,
        '--thumbprint',
        thumbprint,
        '--ps-name',
        computer,
      ],
      ...['--output-file-path', temp, '--handover-folder', temp, ...more],
    ];
    const setDpmServer = (thumbprint: string): readonly string[] => [
      ...['set-dpm-server', '--auth', 'certificate', '--dpm-server-name', dpmServer, '--ps-name', computer],
      ...['--dpm-credential', inTemp(ownBin), '--thumbprint', thumbprint],
      ...['--output-file-path', temp, '--handover-folder', temp],
    ];

    it.each(eachWay)('set-credentials: %s', async (_what, way) => {
      const world = newWorld();
      const thumbprint = await thumbprintIn(world, dpmServer, way);
      await refused(world, way.id, setCredentials(thumbprint), 'dpm-server');
    });

    it.each(eachWay)('set-dpm-server --auth certificate: %s', async (_what, way) => {
      const world = newWorld();
      const thumbprint = await thumbprintIn(world, computer, way);
      writeFileSync(
        join(world, 'machines', computer, 'C', 'Temp', ownBin),
        readFileSync(join(world, 'machines', dpmServer, 'C', 'Temp', ownBin)),
      );
      await refused(world, way.id, setDpmServer(thumbprint), computer);
    });

    it.each(eachWay.filter(([, { pfx }]) => pfx))('import-cert: %s', async (_what, way) => {
      const world = newWorld();
      const path = join(world, 'given.pfx');
      const { certificate } = way.stored;
      writeFileSync(path, shop.pfx(certificate(`/CN=${computer}`)));
      const before = contentOf(world);
      const result = await onPractice(world, ['import-cert', path], {
        on: computer,
        environment: { DPM_PREP_PASSWORD: 'secret-1' },
      });
      expect(result.code, result.stdout + result.stderr).toBe(3);
      expect(failedIds(result)).toContain(way.id);
      expect(contentOf(world)).toEqual(before);
    });

    it('import-cert: a key that is not RSA', async () => {
      const world = newWorld();
      const path = join(world, 'given.pfx');
      writeFileSync(
        path,
        shop.pfx(leaf(`/CN=${computer}`, { key: 'ec:P-256' }), { csp: null, keyType: null }),
      );
      const before = contentOf(world);
      const result = await onPractice(world, ['import-cert', path], {
        on: computer,
        environment: { DPM_PREP_PASSWORD: 'secret-1' },
      });
      expect(result.code, result.stdout + result.stderr).toBe(3);
      expect(contentOf(world)).toEqual(before);
    });

    it('set-credentials: an authority that is not in the chain', async () => {
      const world = newWorld();
      const certificate = leaf(`/CN=${dpmServer}`);
      await store(world, dpmServer, { certificate });
      const words = setCredentials(certificate.thumbprint, '--auth-ca-thumbprint', 'D'.repeat(40));
      await refused(world, 'authority', words, 'dpm-server');
    });

    it.each([
      ['no certificate of this thumbprint', undefined, /33231/],
      ['one that is only in the User store', 'CurrentUser\\My', /is in CurrentUser\\My/],
    ] as const)('set-credentials: %s', async (_what, where, why) => {
      const world = newWorld();
      const certificate = leaf(`/CN=${dpmServer}`);
      if (where !== undefined) await store(world, dpmServer, { certificate, store: where });
      const before = contentOf(world);
      const result = await onPractice(world, setCredentials(certificate.thumbprint));
      expect(result.code).toBe(3);
      expect((document(result) as unknown as { problem: { what: string } }).problem.what).toMatch(why);
      expect(contentOf(world)).toEqual(before);
    });

    it('attach: the certificate that the DPM server was configured with has become unusable since', async () => {
      const world = newWorld();
      const certificate = leaf(`/CN=${dpmServer}`, {
        extensions: `${bothUsages}\ncrlDistributionPoints=URI:${server.url('/later.crl')}`,
      });
      server.serve('/later.crl', shop.crl(ca));
      await store(world, dpmServer, { certificate });
      // The computer must trust the root of the DPM server's new certificate.
      await store(world, computer, { certificate, withKey: false });
      const set = await onPractice(world, setCredentials(certificate.thumbprint));
      expect(set.code, set.stdout).toBe(6);
      const handover = inTemp(handoverFileName(computer));
      server.serve('/later.crl', shop.crl(ca, { revoked: [certificate] }));
      const own = credentialFileName(dpmServer);
      writeHandoverFile(world, computer, {
        dpmServerCredential: { name: own, sha256: sha256Of(onServer(world, own)) },
      });
      await refused(world, 'revocation', ['attach', '--handover', handover], 'dpm-server');
      const inventory = join(world, 'inventory.yaml');
      writeFileSync(inventory, `- psName: ${computer}\n  handover: '${handover}'\n`);
      await refused(world, 'revocation', ['attach', '--inventory', inventory], 'dpm-server');
      server.serve('/later.crl', shop.crl(ca));
      const attached = await onPractice(world, ['attach', '--handover', handover]);
      expect(attached.code, attached.stdout).toBe(0);
      expect(listedIn(world)).toEqual([computer]);
    });

    it('and a good certificate goes through all of it', async () => {
      const world = newWorld();
      const certificate = leaf(`/CN=${computer}`);
      const path = join(world, 'given.pfx');
      writeFileSync(path, shop.pfx(certificate));
      const imported = await onPractice(world, ['import-cert', path, '--install-chain'], {
        on: computer,
        environment: { DPM_PREP_PASSWORD: 'secret-1' },
      });
      expect(imported.code, imported.stdout).toBe(0);
      writeFileSync(
        join(world, 'machines', computer, 'C', 'Temp', ownBin),
        readFileSync(join(world, 'machines', dpmServer, 'C', 'Temp', ownBin)),
      );
      const set = await onPractice(world, setDpmServer(certificate.thumbprint), { on: computer });
      expect(set.code, set.stdout).toBe(6);
    });
  },
);
