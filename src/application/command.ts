import type { ZodType } from 'zod';
import type { Gathered } from '../answers/gather.js';
import type { Answers, ParameterKey } from '../answers/parameters.js';
import type { Prompter } from '../answers/prompter.js';
import type { Report } from '../run/report.js';
import type { Screen } from '../show/screen.js';

/** What --help says of a command; its code is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly group: 'The procedure' | 'Certificates' | 'Before and after' | 'Practice and reference';
  /** More than the summary, as paragraphs. */
  readonly description?: readonly string[];
  /** Positional arguments in commander's notation, with what they are. */
  readonly positional?: { readonly notation: string; readonly help: string };
  readonly parameters: readonly ParameterKey[];
  readonly examples: readonly { readonly does: string; readonly line: string }[];
  readonly load: () => Promise<CommandModule>;
}

/** What a command is given. */
export interface CommandContext extends Gathered {
  readonly spec: CommandSpec;
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
