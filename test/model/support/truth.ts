import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/*
 * What is so, read from the practice world's own files without anything of the program's.
 */

interface Account {
  readonly name: string;
  readonly enabled: boolean;
  readonly locked: boolean;
  readonly password: { readonly salt: string; readonly hash: string } | null;
}

export interface Listed {
  readonly serverName: string;
  readonly authentication: 'ntlm' | 'certificate';
  readonly userName: string | null;
  readonly password: Account['password'];
  readonly credential: string | null;
  readonly clusterName: string | null;
  readonly deleted: boolean;
  /** The list shows it from then on. */
  readonly visibleFrom: string;
  readonly dataSources: readonly { readonly protected: boolean }[];
}

export interface Truth {
  readonly agent: {
    readonly configuration:
      | { readonly mode: 'none' }
      | { readonly mode: 'domain'; readonly dpmServerName: string }
      | { readonly mode: 'ntlm'; readonly dpmServerName: string; readonly userName: string }
      | {
          readonly mode: 'certificate';
          readonly dpmServerName: string;
          readonly thumbprint: string;
          readonly credential: string;
        };
  } | null;
  readonly accounts: readonly Account[];
  /** Why Windows waits for a restart. */
  readonly restartReasons: readonly string[];
  readonly certificates: readonly {
    readonly store: string;
    readonly thumbprint: string;
    readonly key: unknown;
  }[];
  readonly server: {
    readonly records: readonly Listed[];
    readonly credentials: { readonly thumbprint: string; readonly files: readonly string[] } | null;
  } | null;
}

export const truthOf = (world: string, computer: string): Truth =>
  JSON.parse(readFileSync(join(world, 'machines', computer, 'state.json'), 'utf8')) as Truth;

export const listed = (world: string, server: string): readonly Listed[] =>
  (truthOf(world, server).server?.records ?? []).filter(({ deleted }) => !deleted);

export const sha256Of = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

/** Logs are not the world, and what dpm-prep keeps for itself is not either. */
const isOfTheWorld = (path: string): boolean => {
  const parts = path.split(sep);
  return (
    (parts[0] === 'machines' || parts[0] === 'exchange') &&
    parts[2] !== 'dpm-prep' &&
    !/\.(?:log|errlog|lock)$/i.test(path)
  );
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'connected')
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, one]) => [key, sorted(one)]),
  );
};

/** A state whatever the order of its keys. */
const canonical = (text: string): string => JSON.stringify(sorted(JSON.parse(text)));

/** One line for each file and folder of the world. Whether DPM could reach a computer when it last tried does not count as a change. */
export const contentOf = (world: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(world, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
      .map(([path, isFile]) => [relative(world, path), path, isFile] as const)
      .filter(([name]) => isOfTheWorld(name))
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, path, isFile]) => {
        if (!isFile) return [name, 'folder'];
        const bytes = readFileSync(path);
        const text = name.endsWith('state.json') ? canonical(bytes.toString('utf8')) : bytes;
        return [name, createHash('sha256').update(text).digest('hex')];
      }),
  );

/** The files that differ. */
export const differences = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
