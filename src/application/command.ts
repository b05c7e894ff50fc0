import type { ZodType } from 'zod';
import type { Answers, AnswersOf, ParameterKey, RunKey } from '../answers/parameters.js';
import type { Prompter } from '../answers/prompter.js';
import type { Report } from '../run/report.js';
import type { Screen } from '../show/screen.js';
import type { Activity } from '../machine/interruptible.js';
import type { Side } from '../steps/step.js';
import type { Placing, Whereabouts } from './where-the-reader-stands.js';

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
  /** The computer that it runs on; absent: either of the two, or none. */
  readonly side?: Side;
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

/** The parameters that a command declares. Its code sees the answers to these alone, and to those of every command. */
export type KeysOf<S extends CommandSpec> = S['parameters'][number];

/** Joins what --help says about a command with its code. */
export const subcommand = <const K extends ParameterKey>(
  spec: CommandSpec & { readonly parameters: readonly K[] },
  load: () => Promise<{ readonly default: CommandModule<NoInfer<K>> }>,
): Subcommand => ({ ...spec, load: async () => (await load()).default });

/** What a command is given. `K`: the parameters that it declares, besides those of every command. */
export interface CommandContext<K extends ParameterKey = never> {
  readonly spec: CommandSpec;
  readonly answers: AnswersOf<K | RunKey>;
  /** Every command of the program, for the commands that run or describe others. */
  readonly commands: readonly Subcommand[];
  readonly positional: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly screen: Screen;
  /** Null where nobody can be asked: then nothing ever prompts. */
  readonly prompter: Prompter | null;
  /** The answers are those of an interrupted run that the person chose to continue. */
  readonly resuming: boolean;
  readonly signal: AbortSignal;
  /** What was started on a computer so far; whatever chooses the computer keeps it. */
  readonly activity: Activity;
  readonly version: string;
  /** Where commands in the report are to run; whatever chooses the computer fills it in. */
  readonly whereabouts: Whereabouts;
}

/** What completes the commands in our texts, where the reader of this context is. */
export const placingOf = ({
  whereabouts,
  commands,
}: Pick<CommandContext, 'whereabouts' | 'commands'>): Placing => ({
  ...whereabouts,
  sides: new Map(commands.map(({ name, side }) => [name, side ?? null])),
});

/** A context whose answers to `Maybe` are read where the command declares them. */
export type ContextWith<K extends ParameterKey, Maybe extends ParameterKey> = CommandContext<K> & {
  readonly answers: Pick<Answers, Maybe>;
};

/** The code of a command that declares the parameters `K`. */
export interface CommandModule<K extends ParameterKey = ParameterKey> {
  readonly run: (context: CommandContext<K>) => Promise<Report>;
  /** Shows a report with `data` to a person; absent, or without data: the common way (show/report-text.ts). */
  readonly print?: (report: Report, screen: Screen, answers: AnswersOf<K | RunKey>, version: string) => void;
  /** Shape of the report's `data`, or what loads it (a run does not need it); absent: null. */
  readonly dataSchema?: ZodType | (() => Promise<ZodType>);
}
