import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../../src/rehearsal/log.js';
import { readState } from '../../src/rehearsal/store.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { CrlServer } from '../certificate/support/servers.js';
import {
  certificateWorld,
  computerName,
  contentOf,
  copyOf,
  hostPath,
  inTemp,
  onPractice,
  store,
} from '../support/certificate-world.js';
import { document, type CliResult } from '../support/cli.js';
import { bothUsages, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/* A certificate of a CA of one's own: asked for, accepted, moved to where DPM looks, renewed. */

const folder = temporaryFolder('own-certificate');
const computer = computerName(1);
const ca = 'ca01.contoso.com\\Contoso Issuing CA';
let count = 0;
const worldPath = (): string => join(folder, `world-${String((count += 1))}`);

const notesOf = (result: CliResult): string => (document(result).notes as readonly string[]).join('\n');
const problemOf = (result: CliResult): string =>
  (document(result) as unknown as { problem: { what: string } | null }).problem?.what ?? '';
const inStore = (world: string, where = 'LocalMachine\\My'): readonly string[] =>
  readState(world, computer)
    .certificates.filter((one) => one.store === where && one.key !== null)
    .map(({ thumbprint }) => thumbprint);

describe('request-cert', () => {
  const newWorld = async (faults: readonly string[] = []): Promise<string> => {
    const path = worldPath();
    await openWorld({ folder: path, dpmServer: 'Server01.corp.contoso.com', computers: [computer], faults });
    return path;
  };
  const request = async (world: string, ...more: readonly string[]): Promise<CliResult> =>
    onPractice(world, ['request-cert', '--request-folder', inTemp('request'), ...more], { on: computer });
  const file = (world: string, extension: string): string =>
    hostPath(world, computer, inTemp(`request\\${computer}.${extension}`));

  it('writes the request as DPM needs it, and runs nothing', async () => {
    const world = await newWorld();
    const result = await request(world, '--template', 'DPMAuthentication', '--key-length', '3072');
    expect(result.code, result.stdout + result.stderr).toBe(0);
    const lines = readFileSync(file(world, 'inf'), 'utf8').split('\r\n');
    for (const line of [
      `Subject = "CN=${computer}"`,
      'ProviderName = "Microsoft RSA SChannel Cryptographic Provider"',
      'KeySpec = 1',
      'KeyLength = 3072',
      'Exportable = TRUE',
      'MachineKeySet = TRUE',
      'OID = 1.3.6.1.5.5.7.3.1',
      'OID = 1.3.6.1.5.5.7.3.2',
    ])
      expect(lines).toContain(line);
    // In the INF it would make certreq ask, on a computer outside the domain.
    expect(lines.join()).not.toContain('CertificateTemplate');
    // The real computer's certreq would put a practice certificate into its store.
    expect(notesOf(result)).not.toContain('certreq.exe');
    expect(notesOf(result)).toMatch(
      /dpm-prep request-cert --ps-name \S+ --request-folder \S+ --key-length 3072 --template DPMAuthentication .*--submit --ca 'PRACTICE-CA/,
    );
    expect(readLog(world)).toEqual([]);
    expect(existsSync(file(world, 'req'))).toBe(false);
  });

  it('--submit runs them; the certificate that was issued is in LocalMachine\\My; again changes nothing', async () => {
    const world = await newWorld();
    const first = await request(world, '--submit', '--ca', ca);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(
      readLog(world).flatMap((entry) => (entry.event === 'started' ? [entry.arguments[0]] : [])),
    ).toEqual(['-new', '-submit', '-accept']);
    const [thumbprint] = inStore(world);
    expect(thumbprint).toMatch(/^[0-9A-F]{40}$/);
    expect(first.stdout).toContain(thumbprint);
    const checked = await onPractice(world, ['check-cert', '--thumbprint', thumbprint ?? ''], {
      on: computer,
    });
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    const again = await request(world, '--submit', '--ca', ca);
    expect(again.code, again.stdout).toBe(0);
    expect(document(again).changed).toBe(false);
    expect(inStore(world)).toEqual([thumbprint]);
  });

  it('a request that waits for approval: says how to fetch the certificate, and continues with it', async () => {
    const world = await newWorld(['ca-approval']);
    const args = ['--template', 'DPMAuthentication', '--submit', '--ca', ca];
    const waiting = await request(world, ...args);
    expect(waiting.code, waiting.stdout).toBe(5);
    const base = inTemp(`request\\${computer}`);
    expect(JSON.parse(waiting.stdout)).toBeDefined();
    expect(waiting.stdout.replaceAll('\\\\', '\\').replaceAll('\\"', '"')).toContain(
      `certreq -retrieve -config "${ca}" 2 ${base}.cer ${base}.p7b`,
    );
    const certreq = async (...words: readonly string[]) =>
      (await openWorld({ folder: world })).machine(computer).perform(
        {
          kind: 'program',
          tool: 'certreq.exe',
          path: 'C:\\Windows\\System32\\certreq.exe',
          arguments: [...words],
        },
        { attended: false },
      );
    expect(await certreq('-retrieve', '2', `${base}.cer`)).toMatchObject({ exitCode: 0 });
    expect(existsSync(file(world, 'cer'))).toBe(false);
    await (await openWorld({ folder: world })).setFaults([]);
    await certreq('-retrieve', '-config', ca, '2', `${base}.cer`, `${base}.p7b`);
    expect(readFileSync(file(world, 'p7b'), 'utf8')).toContain('BEGIN CERTIFICATE');
    const done = await request(world, ...args);
    expect(done.code, done.stdout).toBe(0);
    expect(inStore(world)).toHaveLength(1);
  });

  it('a root that is not trusted is named before the certificate is accepted', async () => {
    const world = await newWorld(['root-untrusted']);
    const refused = await request(world, '--submit', '--ca', ca);
    // The request was written and submitted before: exit code 3 would say that nothing was changed.
    expect(refused.code, refused.stdout).toBe(4);
    expect(problemOf(refused)).toContain('CN=Practice Root CA');
    expect(problemOf(refused)).toContain('0x800B0109');
    expect(refused.stdout).toContain('certutil -addstore Root ROOT.cer');
    expect(inStore(world)).toEqual([]);
    await (await openWorld({ folder: world })).setFaults([]);
    expect((await request(world, '--submit', '--ca', ca)).code).toBe(0);
    expect(inStore(world)).toHaveLength(1);
  });

  it("on the DPM server the certificate has the DPM server's name", async () => {
    const world = await newWorld();
    const words = ['request-cert', '--request-folder', inTemp('server')];
    const result = await onPractice(world, words, { on: 'dpm-server' });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    const inf = hostPath(world, 'Server01.corp.contoso.com', inTemp('server\\Server01.corp.contoso.com.inf'));
    expect(readFileSync(inf, 'utf8')).toContain('Subject = "CN=Server01.corp.contoso.com"');
  });

  it('another certificate in the store is not taken for the one that was issued', async () => {
    const world = await newWorld();
    expect((await request(world, '--submit', '--ca', ca)).code).toBe(0);
    await (await openWorld({ folder: world })).setFaults(['certreq:exit-0-does-nothing']);
    const second = inTemp('second');
    const again = async (...more: readonly string[]): Promise<CliResult> =>
      onPractice(world, ['request-cert', '--request-folder', second, ...more], { on: computer });
    await again();
    for (const extension of ['req', 'cer'])
      writeFileSync(hostPath(world, computer, `${second}\\${computer}.${extension}`), 'nothing of the kind');
    const result = await again('--submit', '--ca', ca);
    expect(result.code, result.stdout).toBe(5);
    expect(result.stdout).toContain('is not a certificate');
  });

  it('--submit without a CA is refused where nobody can choose one', async () => {
    const world = await newWorld();
    const before = contentOf(world);
    const result = await request(world, '--submit');
    expect(result.code).toBe(2);
    expect(problemOf(result) + result.stdout).toContain('--ca');
    expect(contentOf(world)).toEqual(before);
  });

  it('a request that was made from another description is not taken for this one', async () => {
    const world = await newWorld();
    expect((await request(world, '--submit', '--ca', ca)).code).toBe(0);
    const before = contentOf(world);
    const result = await request(world, '--submit', '--ca', ca, '--key-length', '4096');
    expect(result.code, result.stdout).toBe(2);
    expect(problemOf(result)).toContain('made from a different description');
    expect(contentOf(world)).toEqual(before);
  });

  it.each(['a"b', 'a\r\nKeySpec = 2', 'x'.repeat(65), ''])('template %j is refused', async (template) => {
    const world = await newWorld();
    const result = await request(world, '--template', template);
    expect(result.code, result.stdout).toBe(2);
    expect(existsSync(file(world, 'inf'))).toBe(false);
  });
});

describe.skipIf(noOpenssl)('import-cert and renew-cert (needs openssl 3)', () => {
  let shop: Workshop;
  let server: CrlServer;
  let root: MadeCertificate;
  let issuing: MadeCertificate;
  const template = join(folder, 'template');

  beforeAll(async () => {
    shop = new Workshop();
    server = new CrlServer();
    await server.start();
    root = shop.root();
    issuing = shop.authority(root, '/O=Contoso/CN=Contoso Issuing CA', {
      extensions: `basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\ncrlDistributionPoints=URI:${server.url('/root.crl')}`,
    });
    server.serve('/root.crl', shop.crl(root));
    server.serve('/ca.crl', shop.crl(issuing));
    await certificateWorld({ folder: template, count: 1 });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    shop.remove();
  });

  const extensions = (): string => `${bothUsages}\ncrlDistributionPoints=URI:${server.url('/ca.crl')}`;
  const leaf = (subject: string, key: string, from = issuing): MadeCertificate =>
    shop.leaf(from, subject, { extensions: extensions(), keyPath: shop.key('rsa:2048', key) });
  const newWorld = (): string => copyOf(template, worldPath());
  const given = (world: string, certificate: MadeCertificate): string => {
    const path = join(world, 'given.pfx');
    writeFileSync(path, shop.pfx(certificate));
    return path;
  };
  const environment = { DPM_PREP_PASSWORD: 'secret-1' };

  it('what was enrolled into the User store is copied to where DPM looks, with its key', async () => {
    const world = newWorld();
    const certificate = leaf(`/CN=${computer}`, 'user');
    await store(world, computer, { certificate, store: 'CurrentUser\\My' });
    const words = ['import-cert', '--thumbprint', certificate.thumbprint.toLowerCase()];
    const result = await onPractice(world, words, { on: computer });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(inStore(world)).toEqual([certificate.thumbprint]);
    expect(inStore(world, 'CurrentUser\\My')).toEqual([certificate.thumbprint]);
    const again = await onPractice(world, words, { on: computer });
    expect(document(again)).toMatchObject({ exitCode: 0, changed: false });
  });

  it('shows for a file that is encrypted with AES how Windows Server 2016 can import it by hand', async () => {
    const world = newWorld();
    const certificate = leaf(`/CN=${computer}`, 'aes');
    const path = join(world, 'given.pfx');
    writeFileSync(path, shop.pfx(certificate, { encryption: 'aes' }));
    const result = await onPractice(world, ['import-cert', path], { on: computer, environment });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    const [step] = document(result).steps.filter(({ id }) => id === 'import-certificate');
    expect(step?.command).toMatch(/-importpfx ".*-dpm\.pfx"/);
    expect(notesOf(result)).toMatch(/convert-cert .* --out .*-dpm\.pfx/);
  });

  it('a thumbprint that no store holds is refused', async () => {
    const world = newWorld();
    const before = contentOf(world);
    const result = await onPractice(world, ['import-cert', '--thumbprint', 'D'.repeat(40)], { on: computer });
    expect(result.code).toBe(3);
    expect(problemOf(result)).toContain('Neither CurrentUser\\My nor LocalMachine\\My');
    expect(contentOf(world)).toEqual(before);
  });

  it('renew-cert: same subject and root: says that the import is enough', async () => {
    const world = newWorld();
    const old = leaf(`/CN=${computer}`, 'old');
    await store(world, computer, { certificate: old });
    const renewed = leaf(`/CN=${computer}`, 'renewed');
    const path = given(world, renewed);
    const words = ['renew-cert', path, '--thumbprint', old.thumbprint];
    const result = await onPractice(world, words, { on: computer, environment });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(notesOf(result)).toContain('the import is enough');
    expect(inStore(world)).toEqual([old.thumbprint, renewed.thumbprint]);
  });

  it.each([
    ['another subject', 'fin999.widgets.corp.com', () => issuing],
    [
      'another root',
      computer,
      () => {
        const other = shop.root('/O=Contoso/CN=Another Root');
        server.serve('/other.crl', shop.crl(other));
        return other;
      },
    ],
  ])(
    'renew-cert: %s: refused, nothing changed, the whole way is shown for this side',
    async (_what, name, from) => {
      const world = newWorld();
      const old = leaf(`/CN=${computer}`, 'old');
      await store(world, computer, { certificate: old });
      const path = given(world, leaf(`/CN=${name}`, 'other', from()));
      const before = contentOf(world);
      const words = ['renew-cert', path, '--thumbprint', old.thumbprint];
      const result = await onPractice(world, words, { on: computer, environment });
      expect(result.code, result.stdout + result.stderr).toBe(3);
      expect(document(result).findings).toContainEqual(
        expect.objectContaining({ id: 'renewal', status: 'fail' }),
      );
      expect(notesOf(result)).toContain('then configure this computer again');
      expect(contentOf(world)).toEqual(before);
    },
  );

  it('renew-cert on the DPM server names every computer that must take the new .bin', async () => {
    const world = newWorld();
    const server01 = 'Server01.corp.contoso.com';
    const old = leaf(`/CN=${server01}`, 'old');
    await store(world, server01, { certificate: old });
    const path = given(world, leaf('/CN=other.corp.contoso.com', 'other'));
    const result = await onPractice(world, ['renew-cert', path, '--thumbprint', old.thumbprint], {
      environment,
    });
    expect(result.code, result.stdout + result.stderr).toBe(3);
    expect(notesOf(result)).toContain('to EVERY computer that it protects by certificate');
  });

  it.each([['import-cert'], ['renew-cert']])(
    '%s for what certificates cannot protect: refused, nothing changed',
    async (command) => {
      const world = newWorld();
      const old = leaf(`/CN=${computer}`, 'old');
      await store(world, computer, { certificate: old });
      const path = given(world, leaf(`/CN=${computer}`, 'renewed'));
      const before = contentOf(world);
      const words = command === 'renew-cert' ? [path, '--thumbprint', old.thumbprint] : [path];
      const run = async (workload: string): Promise<CliResult> =>
        onPractice(world, [command, ...words, '--workload', workload], { on: computer, environment });
      const refused = await run('system-state');
      expect(refused.code, refused.stdout + refused.stderr).toBe(3);
      expect(refused.stdout).toContain('Supported scenarios');
      expect(document(refused)).toMatchObject({ changed: false, steps: [] });
      expect(contentOf(world)).toEqual(before);
      const allowed = await run('sql-server');
      expect(allowed.code, allowed.stdout + allowed.stderr).toBe(0);
    },
  );

  it('renew-cert: the old certificate must be in the store', async () => {
    const world = newWorld();
    const path = given(world, leaf(`/CN=${computer}`, 'new'));
    const result = await onPractice(world, ['renew-cert', path, '--thumbprint', 'E'.repeat(40)], {
      on: computer,
      environment,
    });
    expect(result.code).toBe(3);
    expect(problemOf(result)).toContain('does not hold the old certificate');
  });
});
