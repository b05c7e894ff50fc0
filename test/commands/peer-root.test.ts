import { readFileSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { handoverFileName, serializeHandover, type Handover } from '../../src/dpm/handover.js';
import { readAuthority } from '../../src/rehearsal/authority/authority-file.js';
import { derOf, issue, newKeyPair, thumbprintOf } from '../../src/rehearsal/authority/issue.js';
import { changeWorld, readState } from '../../src/rehearsal/store.js';
import type { StoredCertificate } from '../../src/rehearsal/state.js';
import {
  attachedIn,
  byHand,
  certificateWorld,
  computerName,
  contentOf,
  copyOf,
  dpmServer,
  inTemp,
  listedIn,
  onPractice,
  onServer,
  writeInventory,
} from '../support/certificate-world.js';
import { document } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Terminal } from '../support/terminal.js';

// Each computer must trust the root of the other one: what ended as 33302 after the last step.

const folder = temporaryFolder('peer-root');
const finance = computerName(1);
const pair = `${folder}/pair`;
const file = handoverFileName(finance);
const attach = ['attach', '--handover', inTemp(file)];

interface Found {
  readonly id: string;
  readonly status: string;
  readonly found: string;
  readonly fix?: readonly string[];
}

const peerRoot = (result: Parameters<typeof document>[0]): Found | undefined =>
  (document(result).findings as readonly Found[]).find(({ id }) => id === 'peer-root');

const rootOf = (world: string): StoredCertificate => {
  const authority = readAuthority(world, 'protected-computer');
  if (!authority) throw new Error('no authority');
  const der = derOf(authority.root.certificate);
  return {
    store: 'LocalMachine\\Root',
    der: der.toString('base64'),
    thumbprint: thumbprintOf(der),
    key: null,
  };
};

const rootsOn = (world: string, store = 'LocalMachine\\Root'): readonly string[] =>
  readState(world, dpmServer)
    .certificates.filter((one) => one.store === store)
    .map(({ thumbprint }) => thumbprint);

/** The other way round is trusted already: such a test is about the DPM server. */
const trustServer = async (world: string): Promise<void> =>
  changeWorld(world, (draft) => {
    const server = readAuthority(world, 'dpm-server');
    const der = derOf(server?.root.certificate ?? '');
    draft.of({ id: finance }).certificates.push({
      store: 'LocalMachine\\Root',
      der: der.toString('base64'),
      thumbprint: thumbprintOf(der),
      key: null,
    });
  });

/** Writes the handover file of the first computer again, with these parts changed. */
const rewrite = (world: string, change: Partial<Handover>): void => {
  const handover = JSON.parse(readFileSync(onServer(world, file), 'utf8')) as Handover & {
    checksum?: string;
  };
  delete handover.checksum;
  writeFileSync(onServer(world, file), serializeHandover({ ...handover, ...change }));
};

let copies = 0;
const fresh = (): string => copyOf(pair, `${folder}/copy-${String((copies += 1))}`);

const day = 86_400_000;

/** A self-signed certificate, DER in base64. */
const madeRoot = (
  more: { readonly authority?: boolean; readonly from?: number; readonly until?: number } = {},
): string => {
  const keys = newKeyPair();
  return derOf(
    issue({
      commonName: 'Somebody Root CA',
      publicKey: keys.publicKey,
      issuer: null,
      signingKey: keys.privateKey,
      notBefore: new Date(Date.now() + (more.from ?? -2) * day),
      notAfter: new Date(Date.now() + (more.until ?? 100) * day),
      authority: more.authority ?? true,
      dnsNames: [],
      crlAddress: null,
    }),
  ).toString('base64');
};

beforeAll(async () => {
  await certificateWorld({ folder: pair, count: 2, trusting: false });
}, 60_000);

describe('attach, where the DPM server does not trust the root of the protected computer', () => {
  it('refuses before anything changes, and names the root and the flag that imports it', async () => {
    const world = fresh();
    const before = contentOf(world);
    const refused = await onPractice(world, attach);
    expect(refused.code, refused.stdout).toBe(3);
    const { thumbprint } = rootOf(world);
    expect(peerRoot(refused)).toMatchObject({ status: 'fail' });
    expect(peerRoot(refused)?.found).toContain(
      `CN=Practice Root CA of the protected computers (${thumbprint})`,
    );
    expect(peerRoot(refused)?.fix?.join('\n')).toContain(`--import-root ${thumbprint}`);
    expect(contentOf(world)).toEqual(before);
  });

  it("would end as 33302: Microsoft's script by itself does", async () => {
    const world = fresh();
    const run = await byHand(world, 'Attach-ProductionServerWithCertificate.ps1', [
      ...['-DPMServerName', dpmServer, '-PSCredential', inTemp(`CertificateConfiguration_${finance}.bin`)],
    ]);
    expect(run.stdout + run.stderr).toContain('33302');
    expect(listedIn(world)).toEqual([]);
  });

  it('imports the root and the CA below it with --import-root, then attaches', async () => {
    const world = fresh();
    await trustServer(world);
    const { thumbprint } = rootOf(world);
    const done = await onPractice(world, [...attach, '--import-root', thumbprint.toLowerCase()]);
    expect(done.code, done.stdout).toBe(0);
    expect(peerRoot(done)).toMatchObject({ status: 'pass' });
    expect(rootsOn(world)).toContain(thumbprint);
    expect(attachedIn(world)).toEqual([`attached ${finance}`]);
    expect(document(done).replay).toContain(`--import-root ${thumbprint}`);
    const again = await onPractice(world, attach);
    expect(again.code, again.stdout).toBe(0);
    expect(document(again).changed).toBe(false);
  });

  it('does not take consent to another root', async () => {
    const world = fresh();
    const before = contentOf(world);
    const refused = await onPractice(world, [...attach, '--import-root', 'A'.repeat(40)]);
    expect(refused.code).toBe(3);
    expect(contentOf(world)).toEqual(before);
  });

  it('sees a root that was put into the wrong store', async () => {
    const world = fresh();
    await changeWorld(world, (draft) => {
      draft.of({ id: dpmServer }).certificates.push({ ...rootOf(world), store: 'LocalMachine\\CA' });
    });
    const refused = await onPractice(world, attach);
    expect(refused.code).toBe(3);
    expect(peerRoot(refused)?.found).toContain('it is in LocalMachine\\CA, and not in LocalMachine\\Root');
  });

  it.each([
    ['an expired root', { until: -1 }, 'expired on'],
    ['a root that is not valid yet', { from: 2 }, 'starts on'],
  ])('does not import %s, also with consent', async (_what, dates, says) => {
    const world = fresh();
    const der = madeRoot(dates);
    rewrite(world, { protectedComputerAuthorities: [der] });
    const thumbprint = thumbprintOf(Buffer.from(der, 'base64'));
    const refused = await onPractice(world, [...attach, '--import-root', thumbprint]);
    expect(refused.code).toBe(3);
    expect(peerRoot(refused)?.found).toContain(says);
    expect(rootsOn(world)).not.toContain(thumbprint);
  });

  it('judges every row of an inventory, and imports once for all', async () => {
    const world = fresh();
    const inventory = writeInventory(world, [finance, computerName(2)]);
    const refused = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(refused.code, refused.stdout).toBe(3);
    expect(peerRoot(refused)?.found).toContain(`${finance}, ${computerName(2)}`);
    const { thumbprint } = rootOf(world);
    const planned = await onPractice(world, [
      ...['attach', '--inventory', inventory, '--import-root', thumbprint, '--dry-run'],
    ]);
    expect(planned.code, planned.stdout).toBe(0);
    const ids = (document(planned).steps as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(ids.filter((id) => id === `add-ca-certificate:${thumbprint}`)).toHaveLength(1);
  });

  it('says that it could not check, where the handover file does not carry the CAs', async () => {
    const world = fresh();
    rewrite(world, {
      schemaVersion: 1,
      protectedComputerAuthorities: [],
      dpmServerAuthorities: [],
    });
    const planned = await onPractice(world, [...attach, '--dry-run']);
    expect(peerRoot(planned)).toMatchObject({ status: 'could-not-check' });
    const strict = await onPractice(world, [...attach, '--strict']);
    expect(strict.code).toBe(3);
  });
});

describe('a hostile handover file', () => {
  const carrying = async (ders: readonly string[]): Promise<string> => {
    const world = fresh();
    rewrite(world, { protectedComputerAuthorities: [...ders] });
    const before = contentOf(world);
    const refused = await onPractice(world, [...attach, '--import-root', 'A'.repeat(40)]);
    expect(refused.code, refused.stdout).toBe(3);
    expect(contentOf(world)).toEqual(before);
    return JSON.stringify(document(refused).problem);
  };

  it('is refused with 200 CA certificates', async () => {
    const der = madeRoot();
    expect(await carrying(Array.from({ length: 200 }, () => der))).toMatch(/at most|was changed/);
  });

  it('is refused with one of a megabyte', async () => {
    expect(await carrying([Buffer.alloc(1_000_000, 7).toString('base64')])).toMatch(/at most|was changed/);
  });

  it('is refused with what is not a certificate', async () => {
    expect(await carrying([Buffer.from('nothing of the kind').toString('base64')])).toContain(
      'cannot be read as a certificate',
    );
  });

  it("is refused with a certificate that is not a CA's", async () => {
    expect(await carrying([madeRoot({ authority: false })])).toContain('is not that of a CA');
  });

  it('is refused with two roots', async () => {
    expect(await carrying([madeRoot(), madeRoot()])).toContain('2 root CAs');
  });

  it('is refused with a CA that none of the others signed', async () => {
    const world = fresh();
    const issuing = derOf(readAuthority(world, 'protected-computer')?.issuing.certificate ?? '');
    expect(new X509Certificate(issuing).ca).toBe(true);
    expect(await carrying([issuing.toString('base64'), madeRoot()])).toContain(
      'none of its other certificates',
    );
  });
});

describe('attach, at a terminal where the root is not trusted', () => {
  const question = 'Import this root CA into LocalMachine\\Root of this computer?';
  const open = (world: string): Terminal =>
    new Terminal([...attach, '--rehearse', '--world', world, '--on', 'dpm-server'], { columns: 400 });

  it.each([
    ['Enter', '\r'],
    ['no', 'n\r'],
  ])('%s is not consent: nothing is imported and nothing changes', async (_name, keys) => {
    const world = fresh();
    const before = contentOf(world);
    const terminal = open(world);
    await terminal.waitFor(question);
    const { thumbprint } = rootOf(world);
    expect(terminal.text()).toContain(`Thumbprint ${thumbprint}`);
    expect(terminal.text()).toContain('CN=Practice Root CA of the protected computers, valid until');
    terminal.send(keys);
    expect(await terminal.exitCode()).toBe(3);
    expect(terminal.text()).toContain('peer-root');
    expect(contentOf(world)).toEqual(before);
  });

  it('yes puts the import into the plan, and it happens only once the plan is approved', async () => {
    const world = fresh();
    await trustServer(world);
    const before = contentOf(world);
    const declined = open(world);
    await declined.waitFor(question);
    declined.send('y\r');
    await declined.waitFor('Run this plan?');
    expect(declined.text()).toContain(`certutil -addstore Root ${rootOf(world).thumbprint}.cer`);
    declined.send('n\r');
    expect(await declined.exitCode()).toBe(130);
    expect(contentOf(world)).toEqual(before);

    const approved = open(world);
    await approved.waitFor(question);
    approved.send('y\r');
    await approved.waitFor('Run this plan?');
    approved.send('y\r');
    expect(await approved.exitCode()).toBe(0);
    expect(rootsOn(world)).toContain(rootOf(world).thumbprint);
    expect(attachedIn(world)).toEqual([`attached ${finance}`]);
  });
});
