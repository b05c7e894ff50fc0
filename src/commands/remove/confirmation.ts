import type { Missing } from '../../answers/complete.js';
import { missingAnswer } from '../../answers/complete.js';
import { sameName } from '../../dpm/names.js';
import { checkProblem } from '../../problem.js';
import type { CommandContext } from '../../application/command.js';

/** An unattended run must be given the name that a person types. */
export const confirmNeeds = ({ answers, prompter }: CommandContext<'confirm'>): readonly Missing[] =>
  prompter === null && answers.dryRun !== true && answers.confirm === undefined
    ? [missingAnswer('confirm')]
    : [];

export interface Confirmation {
  /** What is asked for: the name of the cluster or of the computer. */
  readonly name: string;
  /** Its other names, which count as well. */
  readonly alsoCalled?: readonly string[];
  /** What happens, as a sentence. */
  readonly what: string;
}

/**
 * The name that was given or typed to confirm the removal. In a dry run the name itself, for the line that does the same.
 * Throws a Problem (exit 3) where another name was given.
 */
export const confirmed = async (
  { answers, prompter, screen }: CommandContext<'confirm'>,
  { name, alsoCalled = [], what }: Confirmation,
): Promise<string> => {
  const isName = (text: string): boolean => [name, ...alsoCalled].some((one) => sameName(one, text.trim()));
  const given = answers.confirm;
  if (given !== undefined) {
    if (isName(given)) return given;
    throw checkProblem(
      `You confirmed "${given.slice(0, 60)}", but the name is ${name}. Nothing was changed.`,
      `If you want to remove ${name}: --confirm ${name}`,
    );
  }
  if (prompter === null || answers.dryRun === true) return name;
  screen.paragraph(what);
  return prompter.text(`Type ${name} to confirm:`, (text) =>
    isName(text) ? null : `Type ${name} to remove it, or press Ctrl-C to cancel.`,
  );
};
