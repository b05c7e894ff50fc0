import { pickAnswers, runParameters, type Answers } from '../answers/parameters.js';
import type { Report } from '../run/report.js';
import { printReport } from '../show/report-text.js';
import { placingOf, type CommandContext, type Subcommand } from './command.js';
import { placedReport, sameAgain } from './where-the-reader-stands.js';

const find = ({ commands }: CommandContext, name: string): Subcommand | undefined =>
  commands.find((one) => one.name === name);

/** What a command is given by the command that runs it. Of the answers it gets those that it declares. */
export interface Handed extends Partial<
  Pick<CommandContext, 'positional' | 'prompter' | 'environment' | 'resuming'>
> {
  readonly answers: Answers;
}

/** Runs another command of the program, with this command's context except for what is handed over. */
export const runCommand = async (context: CommandContext, name: string, handed: Handed): Promise<Report> => {
  const spec = find(context, name);
  if (!spec) throw new Error(`There is no command ${name}.`);
  const answers = pickAnswers(handed.answers, [...spec.parameters, ...runParameters]);
  const module = await spec.load();
  context.whereabouts.again = sameAgain(name, handed.positional ?? context.positional, answers);
  return module.run({ ...context, ...handed, answers, spec });
};

/** Runs another command, and shows its report before this command continues. */
export const runAndShow = async (context: CommandContext, name: string, handed: Handed): Promise<Report> => {
  const result = placedReport(await runCommand(context, name, handed), placingOf(context));
  const module = await find(context, name)?.load();
  if (module?.print && result.data !== null)
    module.print(result, context.screen, handed.answers as never, context.version);
  else printReport(result, context.screen, []);
  return result;
};

export const isCommand = (context: CommandContext, name: string): boolean =>
  find(context, name) !== undefined;
