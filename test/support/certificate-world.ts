import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { credentialFileName } from '../../src/dpm/credential-file.js';
import { handoverFileName, serializeHandover, type Handover } from '../../src/dpm/handover.js';
import { readAuthority, type AuthoritySide } from '../../src/rehearsal/authority/authority-file.js';
import { theAuthority } from '../../src/rehearsal/authority/authority.js';
import { derOf, thumbprintOf } from '../../src/rehearsal/authority/issue.js';
import { writeCredential } from '../../src/rehearsal/credential-file.js';
import { readLog } from '../../src/rehearsal/log.js';
import { addRecord } from '../../src/rehearsal/records.js';
import { toHost } from '../../src/rehearsal/paths.js';
import { places, plantProgram, practiceVersion } from '../../src/rehearsal/practice-files.js';
import { openAgentFirewall, startCpWrapper } from '../../src/rehearsal/tools/certificate-mode.js';
import type { StoredCertificate } from '../../src/rehearsal/state.js';
import { changeWorld, readState, readWorld } from '../../src/rehearsal/store.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { dpmPrep, type CliResult } from './cli.js';
import { csp, type MadeCertificate } from './openssl.js';

/*
 * Practice worlds with many computers that were configured for certificates. Their state is written straight into the
 * world, as SetDpmServer would leave it: making a key for each takes longest, and the attach does not look at it.
 */

export const dpmServer = 'Server01.corp.contoso.com';
/** Where all files lie, on every practice computer. */
export const temp = 'C:\\Temp';
export const ownBin = credentialFileName(dpmServer);

const quick = { installMs: 1, configureMs: 1, scriptMs: 1, attachDelayMs: 0 } as const;

export const computerName = (n: number): string => `fin${String(n).padStart(3, '0')}.widgets.corp.com`;

export const hostPath = (world: string, computer: string, path: string): string => {
  const host = toHost(world, computer, path);
  if (host === null) throw new Error(`no place for ${path}`);
  return host;
};

/** A file of the DPM server, in the folder of all files. */
export const onServer = (world: string, name: string): string =>
  hostPath(world, dpmServer, `${temp}\\${name}`);

export const sha256Of = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

/** The CA certificates of one side's practice authority, as a handover file carries them. */
const authoritiesOf = (world: string, side: AuthoritySide): readonly string[] => {
  const authority = readAuthority(world, side);
  return authority === null
    ? []
    : [authority.issuing, authority.root].map(({ certificate }) => derOf(certificate).toString('base64'));
};

export const writeHandoverFile = (world: string, psName: string, change: Partial<Handover> = {}): void => {
  const bin = onServer(world, credentialFileName(psName));
  const handover: Handover = {
    kind: 'dpm-prep handover',
    schemaVersion: 2,
    rehearsal: true,
    method: 'certificate',
    witnessed: true,
    writtenBy: 'protected-computer',
    dpmServerName: dpmServer,
    psName,
    userName: null,
    productionServerDnsSuffix: null,
    thumbprint: 'B'.repeat(40),
    dpmServerCredential: null,
    protectedComputerCredential: { name: credentialFileName(psName), sha256: sha256Of(bin) },
    dpmServerAuthorities: [...authoritiesOf(world, 'dpm-server')],
    protectedComputerAuthorities: [...authoritiesOf(world, 'protected-computer')],
    ...change,
  };
  writeFileSync(onServer(world, handoverFileName(psName)), serializeHandover(handover));
};

export interface CertificateWorld {
  readonly folder: string;
  readonly count: number;
  /** How many of them the DPM server lists already. */
  readonly attached?: number;
  readonly scriptMs?: number;
  /** Default true: each side trusts the root of the other one already. */
  readonly trusting?: boolean;
}

/**
 * A DPM server and `count` computers whose agents are configured by certificate. Each computer's .bin and completed
 * handover file lie in C:\Temp of the DPM server already, beside the DPM server's own .bin.
 */
export const certificateWorld = async (wanted: CertificateWorld): Promise<World> => {
  const names = Array.from({ length: wanted.count }, (_, n) => computerName(n + 1));
  const world = await openWorld({
    folder: wanted.folder,
    dpmServer,
    computers: names,
    behaviour: { ...quick, ...(wanted.scriptMs === undefined ? {} : { scriptMs: wanted.scriptMs }) },
  });
  const { folder } = world;
  const rootOf = async (side: AuthoritySide): Promise<StoredCertificate> => {
    const der = derOf((await theAuthority(folder, side)).root.certificate);
    return {
      store: 'LocalMachine\\Root',
      der: der.toString('base64'),
      thumbprint: thumbprintOf(der),
      key: null,
    };
  };
  const roots = { server: await rootOf('dpm-server'), computers: await rootOf('protected-computer') };
  const common = { dpmServerName: dpmServer, thumbprint: 'B'.repeat(40) };
  const own = writeCredential(folder, dpmServer, temp, {
    ...common,
    root: roots.server.thumbprint,
    madeBy: 'dpm-server',
    computer: dpmServer,
    name: dpmServer,
  });
  const files = names.map((name) => ({
    name,
    ...writeCredential(folder, dpmServer, temp, {
      ...common,
      root: roots.computers.thumbprint,
      madeBy: 'protected-computer',
      computer: name,
      name,
    }),
  }));
  await changeWorld(folder, (draft) => {
    const server = draft.of({ id: dpmServer });
    if (server.server) {
      startCpWrapper(server, places.serverBin);
      if (wanted.trusting !== false) server.certificates.push(roots.computers);
      server.server.credentials = {
        thumbprint: 'C'.repeat(40),
        authCaThumbprint: null,
        root: roots.server.thumbprint,
        files: [own.sha256],
      };
    }
    for (const [n, { name, sha256 }] of files.entries()) {
      const computer = draft.world.computers.find(({ id }) => id === name);
      if (!computer) throw new Error(`no ${name}`);
      const state = draft.of(computer);
      state.services.push({ name: 'DPMRA', displayName: 'DPMRA', state: 'running', startMode: 'automatic' });
      if (wanted.trusting !== false) state.certificates.push(roots.server);
      openAgentFirewall(state);
      startCpWrapper(state, places.agentBin);
      state.agent = {
        version: practiceVersion,
        configuration: {
          mode: 'certificate',
          dpmServerName: dpmServer,
          thumbprint: common.thumbprint,
          credential: sha256,
        },
        onceNtlm: false,
      };
      if (n >= (wanted.attached ?? 0)) continue;
      addRecord(
        { ...draft.world, behaviour: { ...draft.world.behaviour, attachDelayMs: 0 } },
        server,
        computer,
        {
          serverName: name,
          authentication: 'certificate',
          userName: null,
          password: null,
        },
      );
    }
  });
  for (const { name } of files) {
    for (const program of ['DPMRA.exe', 'SetDpmServer.exe']) {
      plantProgram(folder, name, `${places.agentBin}\\${program}`, practiceVersion);
    }
    writeHandoverFile(folder, name, { dpmServerCredential: { name: ownBin, sha256: own.sha256 } });
  }
  return world;
};

/** The names that the DPM server lists, as its own state has them. */
export const listedIn = (world: string): readonly string[] =>
  (readState(world, dpmServer).server?.records ?? [])
    .filter(({ deleted }) => !deleted)
    .map(({ serverName }) => serverName)
    .sort();

export const copyOf = (world: string, to: string): string => {
  cpSync(world, to, { recursive: true });
  return to;
};

/** dpm-prep on a practice computer, without anyone who could be asked. */
export const onPractice = async (
  world: string,
  words: readonly string[],
  options: { readonly on?: string; readonly environment?: Record<string, string> } = {},
): Promise<CliResult> => {
  const [command = '', ...rest] = words;
  return dpmPrep(
    [
      command,
      ...rest,
      ...[
        '--rehearse',
        '--world',
        world,
        '--on',
        options.on ?? 'dpm-server',
        '--yes',
        '--no-input',
        '--json',
      ],
    ],
    { ...(options.environment === undefined ? {} : { environment: options.environment }) },
  );
};

/** Microsoft's script as a person would type it, without dpm-prep in front of it. */
export const byHand = async (
  world: string,
  tool: string,
  words: readonly string[],
  computer = dpmServer,
): Promise<CliResult> => {
  const { computers } = readWorld(world);
  const id = computers.find((one) => one.id === computer)?.id ?? computer;
  return dpmPrep(['--practice-tool', world, id, `${places.serverBin}\\${tool}`, ...words]);
};

/** Has a certificate for the DPM server issued and imported, and the DPM server configured with it by dpm-prep. */
export const configureServer = async (world: World): Promise<string> => {
  const issued = (await world.enrol(dpmServer))[dpmServer];
  if (!issued) throw new Error('nothing was issued');
  const imported = await onPractice(world.folder, ['import-cert', issued.pfx], {
    environment: { DPM_PREP_PASSWORD: issued.password },
  });
  if (imported.code !== 0) throw new Error(imported.stdout);
  const set = await onPractice(world.folder, [
    ...['set-credentials', '--dpm-server-name', dpmServer, '--thumbprint', issued.thumbprint],
    ...['--output-file-path', temp, '--handover-folder', temp],
  ]);
  if (set.code !== 6) throw new Error(set.stdout);
  return issued.thumbprint;
};

export const copyOnServer = (world: string, from: string, to: string): void => {
  copyFileSync(onServer(world, from), onServer(world, to));
};

export const inTemp = (name: string): string => `${temp}\\${name}`;

export interface Stored {
  readonly certificate: MadeCertificate;
  readonly store?: 'LocalMachine\\My' | 'CurrentUser\\My';
  readonly withKey?: boolean;
  readonly provider?: string | null;
  readonly keySpec?: 'exchange' | 'signature' | 'cng' | null;
  /** Default true: the root of its chain is trusted on that computer. */
  readonly trusted?: boolean;
}

/** Puts a certificate into the stores of a practice computer, with its chain, as an import would. */
export const store = async (world: string, computer: string, wanted: Stored): Promise<void> => {
  const { certificate, withKey = true, trusted = true } = wanted;
  const entry = (made: MadeCertificate, where: StoredCertificate['store']): StoredCertificate => ({
    store: where,
    der: made.der.toString('base64'),
    thumbprint: made.thumbprint,
    key: null,
  });
  await changeWorld(world, (draft) => {
    const { certificates } = draft.of({ id: computer });
    certificates.push({
      ...entry(certificate, wanted.store ?? 'LocalMachine\\My'),
      key: withKey
        ? {
            pem: certificate.keyPem,
            provider: wanted.provider === undefined ? csp : wanted.provider,
            keySpec: wanted.keySpec === undefined ? 'exchange' : wanted.keySpec,
            exportable: true,
          }
        : null,
    });
    const last = certificate.chain.length - 1;
    for (const [n, above] of certificate.chain.entries()) {
      if (n < last) certificates.push(entry(above, 'LocalMachine\\CA'));
      else if (trusted) certificates.push(entry(above, 'LocalMachine\\Root'));
    }
  });
};

/** Everything that is on a practice pair, by path: what must be the same after a refusal. */
export const contentOf = (world: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(world, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, sha256Of(path)]),
  );

/** Writes an inventory of these computers, each with its handover file; returns its path. */
export const writeInventory = (world: string, names: readonly string[]): string => {
  const path = join(world, 'inventory.csv');
  const rows = names.map((name) => `${name},${temp}\\${handoverFileName(name)}`);
  writeFileSync(path, ['psName,handover', ...rows].join('\n'));
  return path;
};

/** What the attach script did in this world so far: `attached NAME`, in its order. */
export const attachedIn = (world: string): readonly string[] =>
  readLog(world)
    .flatMap((entry) => (entry.event === 'ended' ? entry.did : []))
    .filter((did) => did.startsWith('attached '));
