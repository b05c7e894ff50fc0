import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places } from '../../../src/rehearsal/practice-files.js';
import { practiceToolFlag } from '../../../src/rehearsal/running.js';
import { restartComputer } from '../../../src/rehearsal/restart.js';
import { changeWorld } from '../../../src/rehearsal/store.js';
import {
  binName,
  carry,
  fileOn,
  folderOn,
  meta,
  passwords,
  server,
  users,
  type Computer,
  type Issued,
} from './pair.js';
import { truthOf } from './truth.js';
import { playProcess } from './tools.js';
import { moveClock } from './clock.js';

/*
 * What a person does behind the program's back, on the practice world itself: with Microsoft's tools as they are, with
 * files, and with whole computers.
 */

export interface Hand {
  readonly world: string;
  readonly computer: Computer;
  readonly issued: Issued;
  /** 0 to 2: which certificate, password or name. */
  readonly pick: number;
}

const tool = async (
  world: string,
  machine: string,
  path: string,
  words: readonly string[],
  password?: string,
): Promise<void> => {
  await playProcess({
    path: '/practice',
    arguments: [practiceToolFlag, world, machine, path, ...words],
    input:
      password === undefined
        ? { kind: 'none' }
        : {
            kind: 'dialogue',
            answer: (chunk, _stream, reply) => {
              if (chunk.toString('utf8').endsWith(': ')) reply.write(`${password}\n`);
            },
          },
  });
};

/** A script or cmdlet gets what is typed behind its name. */
const script = async (
  world: string,
  name: string,
  words: readonly string[],
  password?: string,
): Promise<void> => tool(world, server, `${places.serverBin}\\${name}`, words, password);

const exe = (name: string): string => `${places.agentBin}\\${name}`;
const passwordOf = (pick: number): string => passwords[pick % passwords.length] ?? passwords[0];

/** A private copy of the world's folder of one computer, to be put back later. */
const snapshotOf = (world: string, computer: string): string => join(world, 'snapshots', computer);

export const hands = {
  carryToComputer: ({ world, computer }: Hand) => {
    carry(world, server, computer, computer);
  },
  carryToServer: ({ world, computer }: Hand) => {
    carry(world, computer, server, computer);
  },
  regenerate: async ({ world }: Hand) =>
    script(world, 'Set-DPMCredentials', [
      ...['-DPMServerName', server, '-Type', 'Certificate', '-Action', 'Regenerate', '-OutputFilePath', meta],
    ]),
  configureServer: async ({ world, issued, pick }: Hand) =>
    script(world, 'Set-DPMCredentials', [
      ...['-DPMServerName', server, '-Type', 'Certificate', '-Action', 'Configure', '-OutputFilePath', meta],
      ...['-Thumbprint', issued[server]?.[pick % 2] ?? ''],
    ]),
  setByCertificate: async ({ world, computer, issued, pick }: Hand) =>
    tool(world, computer, exe('SetDpmServer.exe'), [
      ...['-dpmCredential', `${meta}\\${binName(world, server)}`, '-OutputFilePath', meta],
      ...['-Thumbprint', issued[computer]?.[pick % 2] ?? ''],
    ]),
  setByAccount: async ({ world, computer, pick }: Hand) =>
    tool(
      world,
      computer,
      exe('SetDpmServer.exe'),
      [
        ...['-dpmServerName', pick === 2 ? 'Other01.corp.contoso.com' : server, '-isNonDomainServer'],
        ...['-userName', pick === 0 ? users[computer] : `hand${String(pick)}`],
      ],
      passwordOf(pick),
    ),
  setPassword: async ({ world, computer, pick }: Hand) =>
    tool(
      world,
      computer,
      exe('SetDpmServer.exe'),
      ['-dpmServerName', server, '-isNonDomainServer', '-updatePassword'],
      passwordOf(pick),
    ),
  tellPassword: async ({ world, computer, pick }: Hand) =>
    script(
      world,
      'Update-NonDomainServerInfo.ps1',
      ['-PSName', computer, '-DPMServerName', server],
      passwordOf(pick),
    ),
  attachByCertificate: async ({ world, computer }: Hand) =>
    script(world, 'Attach-ProductionServerWithCertificate.ps1', [
      ...['-DPMServerName', server, '-PSCredential', `${meta}\\${binName(world, computer)}`],
    ]),
  attachByAccount: async ({ world, computer, pick }: Hand) =>
    script(
      world,
      'Attach-NonDomainServer.ps1',
      ['-DPMServerName', server, '-PSName', computer, '-UserName', users[computer]],
      passwordOf(pick),
    ),
  removeFromList: async ({ world, computer }: Hand) =>
    script(world, 'Remove-ProductionServer.ps1', ['-DPMServerName', server, '-PSName', computer]),
  uninstallAgent: async ({ world, computer }: Hand) => {
    const { products } = truthOf(world, computer) as unknown as {
      readonly products: readonly { readonly displayName: string; readonly productCode: string }[];
    };
    const agent = products.find(({ displayName }) => displayName.includes('Protection Agent'));
    if (agent) await tool(world, computer, `${places.system}\\msiexec.exe`, ['/x', agent.productCode, '/qn']);
  },
  reinstallAgent: async (hand: Hand) => {
    await hands.uninstallAgent(hand);
    await tool(hand.world, hand.computer, `${places.media}\\DPMAgentInstaller_x64.exe`, [
      '/q',
      '/IAcceptEULA',
    ]);
  },
  /** The trap's bait: the DPM server's own file under the name of the computer's. */
  renameOwnFile: ({ world, computer }: Hand) => {
    const own = fileOn(world, server, binName(world, server));
    if (existsSync(own)) copyFileSync(own, fileOn(world, server, binName(world, computer)));
  },
  /** A newer own file, of which no record of dpm-prep knows, under the name of the computer's. */
  regenerateAndRename: async (hand: Hand) => {
    await hands.regenerate(hand);
    hands.renameOwnFile(hand);
  },
  /** The bait where only a person can see it: another own file of the DPM server, as if SetDpmServer had written it. */
  baitThere: async (hand: Hand) => {
    const { world, computer } = hand;
    const own = fileOn(world, server, binName(world, server));
    const before = existsSync(own) ? readFileSync(own) : null;
    await hands.regenerate(hand);
    if (!existsSync(own)) return;
    copyFileSync(own, fileOn(world, computer, binName(world, computer)));
    if (before) writeFileSync(own, before);
  },
  /** Such a file under the computer's name on the DPM server, and no original of it anywhere. */
  baitHere: async (hand: Hand) => {
    await hands.baitThere(hand);
    const { world, computer } = hand;
    const bait = fileOn(world, computer, binName(world, computer));
    if (existsSync(bait)) copyFileSync(bait, fileOn(world, server, binName(world, computer)));
  },
  /** Another computer of the same NetBIOS name comes into the list. */
  listNamesake: async ({ world, computer }: Hand) =>
    changeWorld(world, (draft) => {
      const { server: dpm } = draft.of({ id: server });
      const like = dpm?.records.find((record) => record.computer === computer);
      if (!dpm || !like) return;
      const serverName = computer.replace('widgets', 'other');
      dpm.records.push({ ...like, serverName, computer: `namesake of ${computer}` });
      dpm.records = dpm.records.filter((record) => record !== like);
    }),
  renameOwnFileThere: ({ world, computer }: Hand) => {
    const own = fileOn(world, computer, binName(world, server));
    if (existsSync(own)) copyFileSync(own, fileOn(world, computer, binName(world, computer)));
  },
  /** Some .bin into the folder into which the tools are told to write. */
  copyOwnFile: ({ world, computer }: Hand) => {
    for (const place of [server, computer]) {
      const own = fileOn(world, place, binName(world, server));
      if (existsSync(own)) copyFileSync(own, fileOn(world, place, 'mybackup.bin'));
    }
  },
  deleteFiles: ({ world, computer }: Hand) => {
    for (const place of [server, computer]) {
      for (const name of readdirSync(folderOn(world, place))) {
        if (name.endsWith('.bin')) rmSync(fileOn(world, place, name));
      }
    }
  },
  forgetServer: ({ world }: Hand) => {
    rmSync(join(world, 'machines', server, 'dpm-prep'), { recursive: true, force: true });
  },
  forgetComputer: ({ world, computer }: Hand) => {
    rmSync(join(world, 'machines', computer, 'dpm-prep'), { recursive: true, force: true });
  },
  restart: async ({ world, computer, pick }: Hand) => restartComputer(world, pick === 0 ? server : computer),
  /** The computer comes into a protection group, or out of it: DPM then refuses to remove it, or does not. */
  protect: async ({ world, computer, pick }: Hand) =>
    changeWorld(world, (draft) => {
      for (const record of draft.of({ id: server }).server?.records ?? []) {
        if (record.computer !== computer) continue;
        record.dataSources = record.dataSources.map((source, n) => ({
          ...source,
          protected: pick > 0 && n === 0,
        }));
      }
    }),
  /** Somebody tidies up the certificates of a computer. */
  deleteCertificate: async ({ world, computer, pick }: Hand) =>
    changeWorld(world, (draft) => {
      const state = draft.of({ id: pick === 0 ? server : computer });
      state.certificates = state.certificates.filter(({ store }) => store !== 'LocalMachine\\My');
    }),
  /** Nobody touches anything for more than a day. */
  wait: () => {
    moveClock(26 * 3_600_000);
  },
  snapshot: ({ world, computer, pick }: Hand) => {
    const which = pick === 0 ? server : computer;
    rmSync(snapshotOf(world, which), { recursive: true, force: true });
    cpSync(join(world, 'machines', which), snapshotOf(world, which), { recursive: true });
  },
  /** A whole computer as it was, or all of it but what dpm-prep remembers. */
  restore: ({ world, computer, pick }: Hand) => {
    for (const which of pick === 0 ? [server] : [computer, server]) {
      if (!existsSync(snapshotOf(world, which))) continue;
      const place = join(world, 'machines', which);
      for (const name of readdirSync(place)) {
        if (pick === 2 && name === 'dpm-prep') continue;
        rmSync(join(place, name), { recursive: true });
        const kept = join(snapshotOf(world, which), name);
        if (existsSync(kept)) cpSync(kept, join(place, name), { recursive: true });
      }
    }
  },
} satisfies Record<string, (hand: Hand) => Promise<void> | void>;

/** What a person may do with files at the very moment at which a tool of dpm-prep works. */
export const fileActs = [
  'carryToComputer',
  'carryToServer',
  'renameOwnFile',
  'renameOwnFileThere',
  'copyOwnFile',
  'deleteFiles',
] as const satisfies readonly (keyof typeof hands)[];

export type HandName = keyof typeof hands;
export const handNames = Object.keys(hands) as readonly HandName[];
