import inquirer from 'inquirer';
import { unquoted } from '../answers/habits.js';
import { judgeValue } from '../answers/gather.js';
import { parameterOf, type ParameterKey } from '../answers/parameters.js';
import type { AskOptions, Choice, Prompter } from '../answers/prompter.js';
import { cancelled } from '../problem.js';
import { answeredText, choiceList } from './choice-list.js';
import { promptTheme } from './prompt-theme.js';
import type { Screen } from './screen.js';
import { wrap } from './wrap.js';

// Prompts are not the result: they go to standard error, so that standard output stays clean for a pipe.
const io = { output: process.stderr, input: process.stdin };

interface Question {
  readonly type: 'input' | 'select' | 'confirm' | 'password';
  readonly message: string;
  readonly [option: string]: unknown;
}

const answerTo = async (
  question: Question & { readonly theme: unknown },
  signal: AbortSignal,
): Promise<unknown> => {
  const prompt = inquirer.createPromptModule({ ...io, signal });
  try {
    const { answer } = await prompt<{ answer: unknown }>([{ name: 'answer', ...question } as never]);
    return answer;
  } catch (error) {
    // Ctrl-C and a terminal that goes away raise the same error.
    if (error instanceof Error && /ExitPromptError|AbortPromptError/.test(error.name)) throw cancelled();
    throw error;
  }
};

/** That nothing was changed goes without saying while questions are still asked. */
const withoutOutcome = (text: string): string => text.replace(/ Nothing was changed( now)?\./, '');

/** Asks with inquirer. Every answer is judged by the parameter's own schema while it is typed. */
export const terminalPrompter = (screen: Screen, signal: AbortSignal): Prompter => {
  const { color } = screen.progress;
  const explain = (text: string): void => {
    screen.paragraph(text, color.dim);
  };
  const theme = promptTheme(screen.progress);
  // inquirer breaks a line wherever it ends, so a text is broken at spaces before.
  const lead = '  ';
  const broken = (text: string): string => wrap(text, screen.width - lead.length - 1, lead);
  const asked = async (question: Question): Promise<unknown> => {
    screen.settle();
    return answerTo({ ...question, message: broken(question.message), theme }, signal);
  };
  const askedText = async (
    question: { readonly message: string; readonly default: string | undefined },
    problemOf: (text: string) => string | null,
  ): Promise<string> =>
    String(
      await asked({
        ...question,
        type: 'input',
        validate: (text: string) => {
          const problem = problemOf(text);
          return problem === null ? true : broken(problem);
        },
        transformer: (text: string, { isFinal }: { readonly isFinal: boolean }) =>
          isFinal ? color.cyan(answeredText(text, broken(question.message), screen.width)) : text,
      }),
    );
  const askedChoice = async (
    message: string,
    choices: readonly Choice[],
    suggestion: string | undefined,
  ): Promise<unknown> => {
    const size = { columns: screen.width, rows: screen.rows };
    return asked({
      type: 'select',
      message,
      ...choiceList(choices, broken(message), size),
      loop: false,
      default: suggestion,
    });
  };
  const accepted = (key: ParameterKey, raw: unknown): unknown => {
    const judged = judgeValue(key, raw);
    if (!judged.ok) throw new Error(`The prompt for ${key} let an invalid answer through.`);
    return judged.value;
  };
  const prompter: Prompter = {
    ask: async (key: ParameterKey, { suggestion, offers = [] }: AskOptions = {}) => {
      const { prompt, help } = parameterOf(key);
      const text = prompt?.message ?? help;
      const message = text.endsWith('?') ? text : `${text}:`;
      if (prompt) explain(prompt.explain);
      if (prompt?.kind === 'confirm') return asked({ type: 'confirm', message, default: false });
      if (prompt?.kind === 'choice') {
        return accepted(key, await askedChoice(message, prompt.choices ?? [], suggestion));
      }
      if (offers.length > 0) {
        const choices = [...offers, { value: '', name: 'Another: enter it' }];
        const chosen = await askedChoice(message, choices, suggestion);
        if (chosen !== '') return accepted(key, chosen);
      }
      const typed = (text: string): string => (prompt?.kind === 'path' ? unquoted(text) : text);
      const raw = await askedText({ message, default: suggestion }, (entered) => {
        const judged = judgeValue(key, typed(entered));
        return judged.ok ? null : judged.problem;
      });
      return accepted(key, typed(raw));
    },
    confirm: async (message, suggestion) =>
      (await asked({ type: 'confirm', message, default: suggestion })) === true,
    choose: async (message, choices, suggestion) =>
      (await askedChoice(message, choices, suggestion)) as never,
    secret: async (message) => String(await asked({ type: 'password', message, mask: false })),
    text: async (message, check, suggestion) => askedText({ message, default: suggestion }, check),
    approve: async () => prompter.confirm('Run this plan?', true),
    again: (reason) => {
      if (reason === null) return;
      const { marks } = screen.progress;
      screen.note('');
      screen.note(`${color.red(marks.fail)} ${wrap(withoutOutcome(reason.message), screen.width - 2, '  ')}`);
      for (const fix of reason.fix)
        screen.note(`  ${marks.go} ${wrap(screen.place(fix), screen.width - 4, '    ')}`);
      screen.note('');
    },
    get direct() {
      return prompter;
    },
  };
  return prompter;
};
