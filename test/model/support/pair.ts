import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Behaviour } from '../../../src/rehearsal/state.js';
import { changeWorld, readWorld, writeWorld } from '../../../src/rehearsal/store.js';
import { openWorld } from '../../../src/rehearsal/world.js';
import { trustEachOther } from '../../support/trust.js';
import { runProgram, type Said } from './program.js';

export const server = 'Server01.corp.contoso.com';
export const computers = ['Finance01.widgets.corp.com', 'Sales01.widgets.corp.com'] as const;
export type Computer = (typeof computers)[number];
export const users: Readonly<Record<Computer, string>> = {
  'Finance01.widgets.corp.com': 'mark',
  'Sales01.widgets.corp.com': 'anna',
};
/** None of them stands in anything else that is printed. */
export const passwords = ['Model-First-1!', 'Model-Second-2!', 'Model-Third-3!'] as const;
export const pfxPassword = 'Practice-Pfx-1!';
export const meta = 'C:\\CertMetaData';
export const fileOn = (world: string, computer: string, name: string): string =>
  join(world, 'machines', computer, 'C', 'CertMetaData', name);
export const folderOn = (world: string, computer: string): string => fileOn(world, computer, '.');
export const handoverName = (computer: string): string => `${computer}.handover.json`;
export const binName = (world: string, computer: string): string =>
  readWorld(world).behaviour.credentialFile.replaceAll('{name}', computer);

/** Names the .pfx of this generation on that computer, as the computer writes it. */
const pfxOf = (computer: string, generation: number): string =>
  `C:\\Users\\Administrator\\${computer}.${String(generation)}.pfx`;

/** Thumbprints of what was issued: first and second certificate. */
export type Issued = Readonly<Record<string, readonly string[]>>;

/** The cluster that the protected computers are nodes of; null: of none. */
export const clusterOf = (world: string): string | null => readWorld(world).cluster;
/** The computers that are removed or switched together with this one. */
export const togetherWith = (world: string, computer: Computer): readonly Computer[] =>
  clusterOf(world) === null ? [computer] : computers;
export const planName = (world: string, computer: string): string =>
  `${clusterOf(world) ?? computer}.switch.json`;

/** A person carries everything in the folder for it to the other computer. */
export const carry = (world: string, from: string, to: string, computer: Computer): void => {
  mkdirSync(folderOn(world, to), { recursive: true });
  const wanted = new Set([
    handoverName(computer),
    planName(world, computer),
    ...[server, ...togetherWith(world, computer)].map((name) => binName(world, name)),
  ]);
  for (const name of readdirSync(folderOn(world, from))) {
    if (wanted.has(name)) copyFileSync(fileOn(world, from, name), fileOn(world, to, name));
  }
};

export const setFaults = (world: string, faults: readonly string[]): void => {
  writeWorld(world, { ...readWorld(world), faults: [...faults] });
};

export const setBehaviour = (world: string, behaviour: Partial<Behaviour>): void => {
  const content = readWorld(world);
  writeWorld(world, { ...content, behaviour: { ...content.behaviour, ...behaviour } });
};

/** dpm-prep on a practice computer, with nobody who could be asked. */
export const onPractice = async (
  world: string,
  computer: string,
  words: readonly string[],
  password?: string,
): Promise<Said> =>
  runProgram(
    [...words, '--rehearse', '--world', world, '--on', computer, '--yes', '--no-input', '--json'],
    password === undefined ? {} : { DPM_PREP_PASSWORD: password },
  );

export const stages = ['new', 'by certificate', 'by account', 'cluster'] as const;
export type Stage = (typeof stages)[number];

export interface Templates {
  readonly issued: Issued;
  readonly folderOf: (stage: Stage) => string;
}

/** Throws what the program said where it did not end well. */
export const well = async (said: Promise<Said>): Promise<void> => {
  const { code, stdout, stderr } = await said;
  if (![0, 6, 3010].includes(code)) throw new Error(`exit ${String(code)}\n${stdout}\n${stderr}`);
};

const issue = async (world: string): Promise<Issued> => {
  const opened = await openWorld({ folder: world });
  const issued: Record<string, string[]> = {};
  for (const generation of [0, 1]) {
    rmSync(join(world, 'authority', 'enrolled'), { recursive: true, force: true });
    for (const [computer, { pfx, thumbprint }] of Object.entries(await opened.enrol())) {
      const host = (path: string): string =>
        join(world, 'machines', computer, 'C', ...path.split('\\').slice(1));
      renameSync(host(pfx), host(pfxOf(computer, generation)));
      issued[computer] = [...(issued[computer] ?? []), thumbprint];
    }
  }
  // The roots are not part of the model: each computer trusts both from the beginning.
  await trustEachOther(world);
  return issued;
};

/** The procedure by certificate, up to the attach. */
const attachByCertificate = async (world: string, computer: Computer, issued: Issued): Promise<void> => {
  await well(onPractice(world, server, words.setCredentials(computer, issued, 0)));
  carry(world, server, computer, computer);
  await well(onPractice(world, computer, words.importCertificate(computer, 0), pfxPassword));
  await well(onPractice(world, computer, words.setByCertificate(computer, issued, 0)));
  carry(world, computer, server, computer);
  await well(onPractice(world, server, words.attachHandover(computer)));
};

export const words = {
  installAgent: () => ['install-agent', '--accept-eula'],
  importCertificate: (computer: string, generation: number) => [
    ...['import-cert', pfxOf(computer, generation), '--install-chain'],
  ],
  setCredentials: (computer: Computer, issued: Issued, generation: number) => [
    ...['set-credentials', '--dpm-server-name', server, '--ps-name', computer],
    ...[
      '--thumbprint',
      issued[server]?.[generation] ?? '',
      '--output-file-path',
      meta,
      '--handover-folder',
      meta,
    ],
  ],
  regenerate: () => [
    ...['set-credentials', '--action', 'regenerate', '--dpm-server-name', server, '--output-file-path', meta],
  ],
  setByCertificate: (computer: Computer, issued: Issued, generation: number) => [
    ...['set-dpm-server', '--auth', 'certificate', '--handover', `${meta}\\${handoverName(computer)}`],
    ...[
      '--thumbprint',
      issued[computer]?.[generation] ?? '',
      '--output-file-path',
      meta,
      '--handover-folder',
      meta,
    ],
  ],
  setByAccount: (computer: Computer, user: string) => [
    ...['set-dpm-server', '--auth', 'ntlm', '--dpm-server-name', server, '--ps-name', computer],
    ...['--user-name', user, '--handover-folder', meta],
  ],
  attachHandover: (computer: Computer, ...more: readonly string[]) => [
    ...['attach', '--handover', `${meta}\\${handoverName(computer)}`, ...more],
  ],
  attachByAccount: (computer: Computer, user: string) => [
    ...['attach', '--auth', 'ntlm', '--dpm-server-name', server, '--ps-name', computer, '--user-name', user],
  ],
};

const attachByAccount = async (world: string, computer: Computer): Promise<void> => {
  const [password] = passwords;
  await well(onPractice(world, computer, words.setByAccount(computer, users[computer]), password));
  carry(world, computer, server, computer);
  await well(onPractice(world, server, words.attachHandover(computer), password));
};

/** Both computers become nodes of one cluster, each by NTLM: what Microsoft's page switches. */
const makeCluster = async (world: string): Promise<void> => {
  for (const computer of computers) {
    await attachByAccount(world, computer);
    await well(onPractice(world, computer, words.importCertificate(computer, 0), pfxPassword));
  }
  writeWorld(world, { ...readWorld(world), cluster: 'Cluster01' });
  await changeWorld(world, (draft) => {
    for (const record of draft.of({ id: server }).server?.records ?? []) record.clusterName = 'Cluster01';
  });
};

/** Practice pairs as the program leaves them; made once, copied for each sequence. */
export const makeTemplates = async (folder: string): Promise<Templates> => {
  const folderOf = (stage: Stage): string => join(folder, stage.replaceAll(' ', '-'));
  const first = folderOf('new');
  const behaviour = { installMs: 1, configureMs: 1, attachDelayMs: 0, scriptMs: 1 };
  await openWorld({ folder: first, dpmServer: server, computers, behaviour });
  for (const computer of [server, ...computers]) mkdirSync(folderOn(first, computer), { recursive: true });
  const issued = await issue(first);
  const [finance, sales] = computers;
  const certificate = folderOf('by certificate');
  const account = folderOf('by account');
  const common = join(folder, 'common');
  cpSync(first, common, { recursive: true });
  await well(onPractice(common, server, words.importCertificate(server, 0), pfxPassword));
  for (const computer of computers) await well(onPractice(common, computer, words.installAgent()));
  const cluster = folderOf('cluster');
  cpSync(common, cluster, { recursive: true });
  await makeCluster(cluster);
  await attachByCertificate(common, sales, issued);
  cpSync(common, certificate, { recursive: true });
  await attachByCertificate(certificate, finance, issued);
  cpSync(common, account, { recursive: true });
  await attachByAccount(account, finance);
  return { issued, folderOf };
};

export const copyWorld = (from: string, to: string): string => {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  return to;
};

export interface Handed {
  readonly method: string;
  /** Somebody's tool was seen as it wrote the computer's .bin. */
  readonly witnessed: boolean;
  /** The computer's .bin. */
  readonly sha256: string | null;
  readonly name: string | null;
  /** Name of the DPM server's .bin. */
  readonly own: string | null;
}

/** What a handover file says, as a person reads it. */
export const handoverOf = (path: string): Handed | null => {
  if (!existsSync(path)) return null;
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly method: string;
    readonly witnessed?: boolean;
    readonly dpmServerCredential: { readonly name: string } | null;
    readonly protectedComputerCredential: { readonly name: string; readonly sha256: string } | null;
  };
  const file = parsed.protectedComputerCredential;
  return {
    sha256: file?.sha256 ?? null,
    name: file?.name ?? null,
    own: parsed.dpmServerCredential?.name ?? null,
    witnessed: parsed.witnessed ?? true,
    method: parsed.method,
  };
};
