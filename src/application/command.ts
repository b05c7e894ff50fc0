import type { ZodType } from 'zod';
import type { Gathered } from '../answers/gather.js';
import type { Answers, ParameterKey } from '../answers/parameters.js';
import type { Prompter } from '../answers/prompter.js';
import type { Report } from '../run/report.js';
import type { Screen } from '../show/screen.js';

/** The groups of --help, in their order. */
export const commandGroups = [
  'The procedure',
  'Certificates',
  'Before and after',
  'Practice and reference',
] as const;

/** What --help says about a command. Plain data: --help loads nothing else. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly group: (typeof commandGroups)[number];
  /** Place among the commands of its group, counted from 1. */
  readonly place: number;
  /** More than the summary, as paragraphs. */
  readonly description?: readonly string[];
  /** Positional arguments in commander's notation, with what they are. */
  readonly positional?: { readonly notation: string; readonly help: string };
  readonly parameters: readonly ParameterKey[];
  readonly examples: readonly { readonly does: string; readonly line: string }[];
}

/** A command: what --help says about it, and its code, which is loaded when the command runs. */
export interface Subcommand extends CommandSpec {
  readonly load: () => Promise<CommandModule>;
}

/** Joins what --help says about a command with its code. */
export const subcommand = (
  spec: CommandSpec,
  load: () => Promise<{ readonly default: CommandModule }>,
): Subcommand => ({ ...spec, load: async () => (await load()).default });

/** What a command is given. */
export interface CommandContext extends Gathered {
  readonly spec: CommandSpec;
  /** Every command of the program, for the commands that run or describe others. */
  readonly commands: readonly Subcommand[];
  readonly positional: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly screen: Screen;
  /** Null where nobody can be asked: then nothing ever prompts. */
  readonly prompter: Prompter | null;
  readonly signal: AbortSignal;
  readonly version: string;
}

export interface CommandModule {
  readonly run: (context: CommandContext) => Promise<Report>;
  /** Shows a report with `data` to a person; absent, or without data: the common way (show/report-text.ts). */
  readonly print?: (report: Report, screen: Screen, answers: Answers, version: string) => void;
  /** Shape of the report's `data`; absent: null. */
  readonly dataSchema?: ZodType;
}
