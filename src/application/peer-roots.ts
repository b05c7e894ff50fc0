import type { AnswersOf } from '../answers/parameters.js';
import { readAuthorities, type Authorities, type Authority } from '../certificate/index.js';
import type { Machine } from '../machine/machine.js';
import type { PeerRoot } from '../preflight/index.js';
import { checkProblem } from '../problem.js';
import { addCaCertificate } from '../steps/import-certificate.js';
import type { Side, Step } from '../steps/step.js';
import type { CommandContext } from './command.js';

/** What a file of another computer says of the CAs above its certificate. */
export interface Peer {
  /** The computer that wrote it. */
  readonly name: string;
  readonly authorities: Authorities;
}

/** The CA certificates of a handover file, judged. Throws a Problem (exit 3) for what is not one computer's chain. */
export const peerOf = (name: string, ders: readonly string[]): Peer => {
  const authorities = readAuthorities(`the handover file of ${name}`, ders);
  if (authorities.roots.length > 1) {
    throw checkProblem(
      `The handover file of ${name} contains ${String(authorities.roots.length)} root CAs, but a chain has only one. Nothing was changed.`,
      `Write it again on ${name}.`,
    );
  }
  return { name, authorities };
};

/** The CA certificates of a switch plan, which may be those of several computers, judged. */
export const peersOfPlan = (name: string, ders: readonly string[]): Peer => ({
  name,
  authorities: readAuthorities('the switch plan', ders),
});

/** The CA certificates above a certificate of this computer, DER in base64: issuer first, root last. */
export const authoritiesAbove = async (
  machine: Machine | null,
  thumbprint: string | null | undefined,
): Promise<readonly string[]> => {
  if (machine === null || thumbprint === null || thumbprint === undefined) return [];
  const { certificates } = await machine.ask('certificates', { stores: ['LocalMachine\\My'], thumbprint });
  return certificates[0]?.chain ?? [];
};

const atOnce = 50;

type Present = ReadonlyMap<string, ReadonlySet<string>>;

/** The stores in which each of these CA certificates is. */
const presentOf = async (machine: Machine, thumbprints: readonly string[]): Promise<Present> => {
  const stores = new Map<string, Set<string>>();
  for (let at = 0; at < thumbprints.length; at += atOnce) {
    const { present } = await machine.ask('ca-certificates', {
      thumbprints: thumbprints.slice(at, at + atOnce),
    });
    for (const { thumbprint, store } of present) {
      stores.set(thumbprint, (stores.get(thumbprint) ?? new Set()).add(store));
    }
  }
  return stores;
};

const rootStore = 'LocalMachine\\Root';
const issuingStore = 'LocalMachine\\CA';

const isValid = ({ notBefore, notAfter }: Authority): boolean => {
  const now = new Date().toISOString();
  return (notBefore ?? '') <= now && now <= (notAfter ?? '');
};

const consents = async (
  context: CommandContext<'importRoot'>,
  root: Authority,
  from: readonly string[],
): Promise<boolean> => {
  const { answers, prompter, screen } = context;
  if (answers.importRoot?.includes(root.thumbprint)) return true;
  if (prompter === null || answers.dryRun === true) return false;
  screen.paragraph(`This computer does not trust the root CA of ${from.slice(0, 5).join(', ')}:`);
  screen.paragraph(`${root.subject}, valid until ${root.notAfter?.slice(0, 10) ?? 'an unknown date'}`);
  screen.paragraph(`Thumbprint ${root.thumbprint}`);
  screen.paragraph(
    `A root in ${rootStore} is trusted for everything on this computer. Compare the thumbprint there first: certutil -store Root ${root.thumbprint}`,
  );
  return prompter.confirm(`Import this root CA into ${rootStore} of this computer?`, false);
};

export interface PeerTrust {
  /** For the check peer-root. */
  readonly peers: readonly PeerRoot[];
  /** Imports what someone agreed to; first in the plan. */
  readonly steps: readonly Step[];
  /** Thumbprints of the roots that this run imports, or was told to: a resumed run needs no second consent. */
  readonly importRoot: readonly string[];
}

/**
 * Whether this computer trusts the roots of the others, and what is to be imported. Nothing is imported without
 * consent: a person's, or --import-root with the root's thumbprint.
 */
export const peerTrust = async (
  context: CommandContext<'importRoot'>,
  machine: Machine,
  side: Side,
  peers: readonly Peer[],
): Promise<PeerTrust> => {
  const given = context.answers.importRoot ?? [];
  const all = peers.flatMap(({ authorities }) => [...authorities.roots, ...authorities.intermediates]);
  let present: Present | null = null;
  let unread: string | null = null;
  try {
    present = await presentOf(machine, [...new Set(all.map(({ thumbprint }) => thumbprint))]);
  } catch (error) {
    unread = error instanceof Error ? error.message : String(error);
  }
  const fromOf = (root: Authority): readonly string[] =>
    peers
      .filter(({ authorities }) => authorities.roots.some((one) => one.thumbprint === root.thumbprint))
      .map(({ name }) => name);
  const isTrusted = (root: Authority): boolean => present?.get(root.thumbprint)?.has(rootStore) ?? false;
  const roots = [
    ...new Map(
      peers.flatMap(({ authorities }) => authorities.roots).map((root) => [root.thumbprint, root]),
    ).values(),
  ];
  const agreed = new Set<string>();
  for (const root of roots) {
    if (present === null || isTrusted(root) || !isValid(root)) continue;
    if (await consents(context, root, fromOf(root))) agreed.add(root.thumbprint);
  }
  const stepFor =
    (store: typeof rootStore | typeof issuingStore) =>
    ({ der, thumbprint, subject }: Authority): Step =>
      addCaCertificate({ side, store, der, thumbprint, subject });
  const below = new Map(
    peers
      // An interrupted run may have imported the root alone, and what was agreed to covers the CAs below it.
      .filter(({ authorities }) =>
        authorities.roots.some(({ thumbprint }) => agreed.has(thumbprint) || given.includes(thumbprint)),
      )
      .flatMap(({ authorities }) => authorities.intermediates)
      .filter(({ thumbprint }) => !present?.get(thumbprint)?.has(issuingStore))
      .map((one) => [one.thumbprint, one]),
  );
  return {
    peers: [
      ...roots.map((root): PeerRoot => ({
        from: fromOf(root),
        root: {
          subject: root.subject,
          thumbprint: root.thumbprint,
          notBefore: root.notBefore,
          notAfter: root.notAfter,
        },
        stores: present === null ? null : [...(present.get(root.thumbprint) ?? [])],
        unread,
        importing: agreed.has(root.thumbprint),
      })),
      ...peers
        .filter(({ authorities }) => authorities.roots.length === 0)
        .map(({ name }): PeerRoot => ({ from: [name], root: null, stores: null, unread, importing: false })),
    ],
    steps: [
      ...roots.filter(({ thumbprint }) => agreed.has(thumbprint)).map(stepFor(rootStore)),
      ...[...below.values()].map(stepFor(issuingStore)),
    ],
    importRoot: [...new Set([...given, ...agreed])],
  };
};

/** The answers with the consent that was given, for the journal and the replay line. */
export const withConsent = <A extends AnswersOf<'importRoot'>>(answers: A, { importRoot }: PeerTrust): A =>
  importRoot.length === 0 ? answers : { ...answers, importRoot: [...importRoot] };
