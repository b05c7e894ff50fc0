import type { AuditDocument, AuditedListing } from './document.js';
import { ByName, isCalled, joinNames, nameOf } from './names.js';
import { byCodeUnits } from '../order.js';

/** A file that was given, and what came of reading it. */
export type Received =
  | { readonly file: string; readonly document: AuditDocument }
  | { readonly file: string; readonly refused: 'unreadable' | 'newer'; readonly problem: string };

export interface MergeInput {
  readonly received: readonly Received[];
  /** Names of protected computers that should be there; null: no roster was given. */
  readonly roster: readonly string[] | null;
  readonly now: Date;
  readonly maxAgeMs: number;
  /** Certificates that end sooner are warned of. */
  readonly minDays: number;
  /** The practice pair's documents are expected, and real ones are refused; otherwise the other way round. */
  readonly rehearsal: boolean;
}

interface Listing {
  readonly server: AuditDocument;
  readonly row: AuditedListing;
}

/** One computer, with everything that all documents say about it. */
export interface AuditSubject {
  readonly name: string;
  /** `unknown`: it has no document; only its name is known. */
  readonly role: 'dpm-server' | 'protected-computer' | 'unknown';
  /** The newest; null: none was given that can be used. */
  readonly document: AuditDocument | null;
  /** Older or equal documents of the same computer. */
  readonly duplicates: readonly AuditDocument[];
  /** Null: no roster was given. */
  readonly inRoster: boolean | null;
  readonly listings: readonly Listing[];
  /** Names in lists that fit this computer and another one too. */
  readonly ambiguous: readonly string[];
  readonly fleet: Fleet;
}

/** What holds for all computers of one merge. */
interface Fleet {
  readonly input: MergeInput;
  /** Documents of DPM servers, the newest of each. */
  readonly servers: readonly AuditDocument[];
  /** Every thumbprint that some document names. */
  readonly thumbprints: ReadonlySet<string>;
}

/** A file whose document is not used. */
export interface FileSubject {
  readonly file: string;
  readonly problem: 'unreadable' | 'newer' | 'rehearsal';
  readonly text: string;
}

export interface Merged {
  readonly subjects: readonly AuditSubject[];
  readonly files: readonly FileSubject[];
}

interface Draft {
  name: string;
  document: AuditDocument | null;
  duplicates: readonly AuditDocument[];
  inRoster: boolean;
  readonly listings: Listing[];
  readonly ambiguous: string[];
}

const identityOf = ({ computer }: AuditDocument): string =>
  `${computer.netbiosName}|${computer.fqdn ?? ''}`.toLowerCase();

/** The newest document of each computer first; the others with it. */
const byComputer = (documents: readonly AuditDocument[]): readonly (readonly AuditDocument[])[] => {
  const groups = new Map<string, AuditDocument[]>();
  for (const document of documents) {
    const key = identityOf(document);
    const group = groups.get(key);
    if (group) group.push(document);
    else groups.set(key, [document]);
  }
  return [...groups.values()].map((group) => group.toSorted((a, b) => byCodeUnits(b.readAt, a.readAt)));
};

const sorted = (
  received: readonly Received[],
  rehearsal: boolean,
): { readonly usable: readonly AuditDocument[]; readonly files: readonly FileSubject[] } => {
  const usable: AuditDocument[] = [];
  const files: FileSubject[] = [];
  for (const one of received) {
    if ('refused' in one) files.push({ file: one.file, problem: one.refused, text: one.problem });
    else if (one.document.rehearsal === rehearsal) usable.push(one.document);
    else {
      files.push({
        file: one.file,
        problem: 'rehearsal',
        text: rehearsal
          ? 'comes from a real computer, and practice computers are compared.'
          : 'comes from a rehearsal. With --world and the folder of the practice pair, its documents are compared.',
      });
    }
  }
  return { usable, files };
};

/** Names of DPM servers that agents name and that sent no document. */
const missingServers = (
  computers: readonly AuditDocument[],
  servers: readonly AuditDocument[],
): readonly string[] => {
  const missing = new Map<string, string>();
  for (const { protectedComputer } of computers) {
    const named = [
      ...(protectedComputer?.owners.value ?? []),
      ...[protectedComputer?.dpmServerName.value ?? null].filter((name) => name !== null),
    ];
    for (const name of named) {
      if (!servers.some((server) => isCalled(server, name))) missing.set(name.toLowerCase(), name);
    }
  }
  const joined = joinNames([...missing.values()]);
  const found = new Map<string, string>();
  for (const [key, name] of missing) {
    const at = joined.get(key) ?? key;
    if (at === key || !found.has(at)) found.set(at, name);
  }
  return [...found.values()];
};

/** Puts everything that was said about each computer together. Pure; the findings come from the checks. */
export const mergeFleet = (input: MergeInput): Merged => {
  const { usable, files } = sorted(input.received, input.rehearsal);
  const groups = byComputer(usable);
  const newest = groups.flatMap((group) => group.slice(0, 1));
  const servers = newest.filter(({ computer }) => computer.role === 'dpm-server');
  const computers = newest.filter(({ computer }) => computer.role !== 'dpm-server');
  const fleet: Fleet = {
    input,
    servers,
    thumbprints: new Set(
      newest.flatMap(({ certificates, configuredThumbprint }) => [
        ...(certificates.value ?? []).map(({ thumbprint }) => thumbprint),
        ...(configuredThumbprint.value === null ? [] : [configuredThumbprint.value]),
      ]),
    ),
  };
  const drafts = new Map<AuditDocument, Draft>();
  for (const [document, ...duplicates] of groups) {
    if (document === undefined) continue;
    drafts.set(document, {
      name: nameOf(document),
      document,
      duplicates,
      inRoster: false,
      listings: [],
      ambiguous: [],
    });
  }
  const index = new ByName(computers);
  const rows: readonly Listing[] = servers.flatMap((server) =>
    (server.dpmServer?.computers.value ?? []).map((row) => ({ server, row })),
  );
  const roster = input.roster ?? [];
  const nameless = [...rows.map(({ row }) => row.name), ...roster].filter(
    (name) => index.called(name).length === 0,
  );
  const joined = joinNames(nameless);
  const undocumented = new Map<string, Draft>();
  const draftsOf = (name: string): readonly Draft[] => {
    const called = index.called(name).flatMap((document) => drafts.get(document) ?? []);
    if (called.length > 1) for (const draft of called) draft.ambiguous.push(name);
    if (called.length > 0) return called;
    const key = joined.get(name.toLowerCase()) ?? name.toLowerCase();
    const there = undocumented.get(key);
    if (there) return [there];
    const draft: Draft = {
      name,
      document: null,
      duplicates: [],
      inRoster: false,
      listings: [],
      ambiguous: [],
    };
    undocumented.set(key, draft);
    return [draft];
  };
  for (const listing of rows) for (const draft of draftsOf(listing.row.name)) draft.listings.push(listing);
  for (const name of roster) for (const draft of draftsOf(name)) draft.inRoster = true;
  const subjects: AuditSubject[] = [...drafts.values(), ...undocumented.values()].map((draft) => ({
    ...draft,
    role:
      draft.document === null
        ? 'unknown'
        : draft.document.computer.role === 'dpm-server'
          ? 'dpm-server'
          : 'protected-computer',
    inRoster: input.roster === null ? null : draft.inRoster,
    fleet,
  }));
  for (const name of missingServers(computers, servers)) {
    subjects.push({
      name,
      role: 'dpm-server',
      document: null,
      duplicates: [],
      inRoster: null,
      listings: [],
      ambiguous: [],
      fleet,
    });
  }
  return { subjects, files };
};

/** One computer by itself, for the checks that need no other document. */
export const subjectAlone = (
  document: AuditDocument,
  { now, minDays }: Pick<MergeInput, 'now' | 'minDays'>,
): AuditSubject => {
  const { rehearsal } = document;
  const { subjects } = mergeFleet({
    received: [{ file: '', document }],
    roster: null,
    now,
    maxAgeMs: Number.POSITIVE_INFINITY,
    minDays,
    rehearsal,
  });
  const own = subjects.find((subject) => subject.document === document);
  if (own === undefined) throw new Error('The document of this computer was not used.');
  return own;
};
