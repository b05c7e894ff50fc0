import { Problem } from '../problem.js';
import { redact, redactStrings } from '../secret.js';
import type { CommandResult, Machine } from './machine.js';
import type { Answer, QuestionName } from './questions.js';
import { wrapped } from './wrapped.js';

/** Questions whose answer is text that tools wrote. The other answers are names, states and numbers of Windows. */
const foreignText: ReadonlySet<QuestionName> = new Set<QuestionName>(['installation-log']);

const told = (error: unknown): unknown =>
  error instanceof Problem
    ? new Problem(
        error.exitCode,
        { what: redact(error.message), fix: error.fix.map(redact), dpmErrors: error.dpmErrors },
        { cause: error },
      )
    : error;

const cleaned = (result: CommandResult): CommandResult => ({
  ...result,
  output: result.output.map(redact),
  error: result.error === null ? null : redact(result.error),
});

/**
 * The machine with every known password taken out of what its tools write. All foreign text enters the program here,
 * so no screen, document, journal or file can forget it.
 */
export const withoutSecrets = (machine: Machine): Machine =>
  wrapped(machine, {
    ask: async (question, input, options) => {
      try {
        const answer = await machine.ask(question, input, options);
        return foreignText.has(question) ? (redactStrings(answer) as Answer<typeof question>) : answer;
      } catch (error) {
        throw told(error);
      }
    },
    resultOf: (command, kept) => cleaned(machine.resultOf(command, kept)),
    perform: async (command, options) => {
      const { onLine } = options;
      try {
        const result = await machine.perform(command, {
          ...options,
          ...(onLine === undefined
            ? {}
            : {
                onLine: (line: string) => {
                  onLine(redact(line));
                },
              }),
        });
        return cleaned(result);
      } catch (error) {
        throw told(error);
      }
    },
  });
