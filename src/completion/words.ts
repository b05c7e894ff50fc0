/** What can be completed: a plain form of the table of commands and parameters. */
export interface Flag {
  /** `--auth` */
  readonly name: string;
  readonly help: string;
  /** What stands behind the flag: nothing, a file or folder, one of some words, or anything. */
  readonly value: 'none' | 'path' | 'any' | readonly string[];
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Words that may stand without a flag; `path`: files. */
  readonly positional: 'none' | 'path' | readonly string[];
}

export type Shell = 'powershell' | 'bash' | 'zsh' | 'fish';
export const shells: readonly Shell[] = ['powershell', 'bash', 'zsh', 'fish'];

/** Every flag once, whichever command has it: what stands behind a flag is the same everywhere. */
export const allFlags = (commands: readonly CompletedCommand[]): readonly Flag[] => [
  ...new Map(commands.flatMap(({ flags }) => flags.map((flag) => [flag.name, flag] as const))).values(),
];

/** Text between single quotes of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
