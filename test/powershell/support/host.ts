import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WindowsMachine } from '../../../src/machine/windows/windows-machine.js';
import { describeIfNot } from '../../support/lacking.js';
import { buildHost, hostIsMissing } from '../../windows/build-host.js';

const missing = hostIsMissing();

/** Absolute path of the powershell.exe that holds PowerShell's own engine; empty where it cannot be built. */
export const powershell = missing === null ? buildHost() : '';

/** A group of tests that need PowerShell's engine; skipped by name, with the reason, where it cannot be built. */
export const describeWithPowerShell = (name: string, tests: () => void): void => {
  describeIfNot(missing, name, tests);
};

type Registry = Record<string, Record<string, string | number | readonly string[]>>;

export interface World {
  readonly registry?: Registry;
  readonly services?: Record<string, string>;
  readonly users?: readonly {
    readonly Name: string;
    readonly UserFlags?: number;
    readonly PasswordAge?: number;
    readonly Administrator?: boolean;
    readonly Sid?: string;
    /** Of the domain: only a member of a group here. */
    readonly Domain?: boolean;
  }[];
  /** How accounts can be had: listed or not, found by name or only an error with this HRESULT. */
  readonly accounts?: { readonly Listing?: boolean; readonly Finding?: number };
  readonly elevated?: boolean;
  readonly codePage?: string;
}

export interface Computer {
  readonly folder: string;
  readonly machine: WindowsMachine;
  readonly environment: Readonly<Record<string, string>>;
  /** Writes a file below the folder and returns its path. */
  write(name: string, content: string | Buffer): string;
  remove(): void;
}

/** A computer whose registry, services and accounts are these; everything else is real. */
export const computerWith = (world: World = {}, folderName = 'dpm-prep-powershell-'): Computer => {
  const folder = mkdtempSync(join(tmpdir(), folderName));
  const write = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const { codePage, ...parts } = world;
  for (const [name, value] of Object.entries(parts)) write(`world/${name}.json`, JSON.stringify(value));
  const environment = {
    TESTHOST_WORLD: join(folder, 'world'),
    ...(codePage === undefined ? {} : { TESTHOST_CODEPAGE: codePage }),
  };
  return {
    folder,
    environment,
    write,
    machine: new WindowsMachine({ powershell, environment }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** What PowerShell's own parser has against these scripts. */
export const judge = (paths: readonly string[]): readonly Finding[] =>
  JSON.parse(execFileSync(powershell, ['--check', ...paths], { encoding: 'utf8' })) as Finding[];

/** The tokens of scripts, comments left out. */
export const tokensOf = (paths: readonly string[]): readonly (readonly string[])[] =>
  JSON.parse(
    execFileSync(powershell, ['--tokens', ...paths], { encoding: 'utf8', maxBuffer: 50_000_000 }),
  ) as string[][];
