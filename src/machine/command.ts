import type { ActInput, ActName } from './acts.js';

export type Value = string | number | boolean;

/** A file that was judged by its content: the tool gets a private copy of exactly these bytes, never the path that was checked. */
interface CheckedFile {
  /** As it stands among the command's values; there the copy's path takes its place. */
  readonly path: string;
  /** SHA-256, lower-case hexadecimal. Anything else is refused, and the tool is not started. */
  readonly sha256: string;
}

/** One of Microsoft's programs: absolute path, argument array, never a shell. */
export interface ProgramCommand {
  readonly kind: 'program';
  /** File name as the page writes it, e.g. SetDpmServer.exe. */
  readonly tool: string;
  /** Absolute path on that machine. */
  readonly path: string;
  readonly arguments: readonly string[];
  /** The tool asks for a password, this many times at most. Absent: it asks for nothing. */
  readonly asksPassword?: number;
  readonly checkedFile?: CheckedFile;
  /** A folder that must not exist yet: made for this run, private, before the tool starts. Everything in it afterwards comes from the tool. */
  readonly newFolder?: string;
  /** May take minutes and say nothing, and asks for nothing: only a heartbeat. Any other is ended after silence. */
  readonly long?: boolean;
}

/** One of Microsoft's scripts in the DPM server's DPM\bin. */
export interface ScriptCommand {
  readonly kind: 'script';
  /** e.g. Attach-NonDomainServer.ps1 */
  readonly tool: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, Value>>;
  /** The script wants a password: by its own password parameter unattended, at its own prompt attended. */
  readonly takesPassword?: boolean;
  readonly checkedFile?: CheckedFile;
}

/** A cmdlet of the DataProtectionManager module. */
export interface CmdletCommand {
  readonly kind: 'cmdlet';
  readonly tool: string;
  readonly parameters: Readonly<Record<string, Value>>;
  /** As with a program. */
  readonly newFolder?: string;
}

/** One of our own acts (acts.ts); `shown` is what a person would type or click instead. */
export type ActCommand = {
  readonly [A in ActName]: {
    readonly kind: 'act';
    readonly act: A;
    readonly input: ActInput<A>;
    readonly shown: string;
  };
}[ActName];

/** A file of dpm-prep's own (a handover file); written whole or not at all. */
interface WriteFileCommand {
  readonly kind: 'write-file';
  readonly path: string;
  readonly content: string;
}

/** A file of a tool's, copied to where a person wants it; whole or not at all, and only if it still is what it was. */
export interface CopyFileCommand {
  readonly kind: 'copy-file';
  readonly from: string;
  readonly to: string;
  /** SHA-256 that `from` must have. */
  readonly sha256: string;
}

interface MakeFolderCommand {
  readonly kind: 'make-folder';
  readonly path: string;
}

/** What only a person can do or see: shown and asked by the runner, then verified like everything else. */
export interface PersonCommand {
  readonly kind: 'person';
  readonly instructions: readonly string[];
  /** Asked where someone is there; the result of the command is then `yes` or `no`, else null. */
  readonly question: string;
}

export type Command =
  | ProgramCommand
  | ScriptCommand
  | CmdletCommand
  | ActCommand
  | WriteFileCommand
  | CopyFileCommand
  | MakeFolderCommand
  | PersonCommand;

/** The tool asks for a password: a person types it at the tool's own prompt, or the run was given it. */
export const asksForPassword = (command: Command): boolean =>
  (command.kind === 'program' && command.asksPassword !== undefined) ||
  (command.kind === 'script' && command.takesPassword === true);

const needsQuotes = /[\s"'`;,(){}$&|<>@#]/u;
const shownValue = (value: string): string =>
  value === '' || needsQuotes.test(value) ? `"${value}"` : value;

/** What of a command the page prints: a line for the other computer knows no paths of it. */
type Documented<C> = C extends { readonly kind: 'program' | 'script' } ? Omit<C, 'path'> : C;

/**
 * The command line as the page prints it, for people to read and compare. Never executed: what runs is the
 * argument array or the bound parameters.
 */
export const documentedLine = (command: Documented<Command>): string => {
  switch (command.kind) {
    case 'program':
      return [command.tool, ...command.arguments.map(shownValue)].join(' ');
    case 'script':
    case 'cmdlet':
      return [
        command.tool,
        ...Object.entries(command.parameters).flatMap(([name, value]) =>
          value === true ? [`-${name}`] : [`-${name}`, shownValue(String(value))],
        ),
      ].join(' ');
    case 'act':
      return command.shown;
    case 'write-file':
      return `write ${command.path}`;
    case 'copy-file':
      return `Copy-Item -LiteralPath ${shownValue(command.from)} -Destination ${shownValue(command.to)}`;
    case 'make-folder':
      return `New-Item -ItemType Directory -Path ${shownValue(command.path)}`;
    case 'person':
      return command.instructions.join(' ');
  }
};
