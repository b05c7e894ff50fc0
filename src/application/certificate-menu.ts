import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { unquoted } from '../answers/habits.js';
import { judgeValue } from '../answers/gather.js';
import { isAboutAnswer, isAboutPath, untilUsable } from '../answers/complete.js';
import type { Answers, RunKey } from '../answers/parameters.js';
import type { Prompter } from '../answers/prompter.js';
import { pickAnswers, runParameters } from '../answers/parameters.js';
import { limits, openCertificates, openTrust, WrongPassword } from '../certificate/index.js';
import { exitCode } from '../exit-code.js';
import type { Machine } from '../machine/machine.js';
import { Problem, usageProblem } from '../problem.js';
import { readInput } from './certificate-files.js';
import type { CommandContext } from './command.js';
import { refuseExisting } from './new-file.js';
import { runAndShow } from './run-command.js';

export const certificateTasks = [
  { value: 'request-cert', name: 'Request a certificate from a certification authority' },
  { value: 'import-cert', name: 'Import a certificate from a .pfx file' },
  { value: 'renew-cert', name: 'Renew: import the successor of a certificate that DPM uses' },
  { value: 'convert-cert', name: 'Convert a .pfx file to the key type that DPM supports' },
] as const;

export type CertificateTask = (typeof certificateTasks)[number]['value'];

/** Null where the text is not empty, for a prompt. */
const given = (text: string): string | null => {
  const judged = judgeValue('installer', unquoted(text));
  return judged.ok ? null : judged.problem;
};

interface PathQuestion {
  readonly message: string;
  readonly suggestion?: string;
  /** Throws a Problem where the path cannot be used: then it is asked again, with the reason. */
  readonly judge: (path: string) => Promise<void>;
}

const pathOf = async (prompter: Prompter, { message, suggestion, judge }: PathQuestion): Promise<string> =>
  untilUsable(prompter, {
    ask: async () => unquoted(await prompter.text(message, given, suggestion)),
    judge,
    isAboutAnswer: isAboutPath,
  });

/** Refuses bytes that hold no certificate. A file that only a password opens can hold one. */
const judgeBytes = (path: string, bytes: Buffer): void => {
  const input = { name: path, bytes, passwords: [] };
  try {
    openCertificates(input);
  } catch (error) {
    if (error instanceof WrongPassword) return;
    // A file of CA certificates alone can be imported too.
    openTrust(input);
  }
};

const judgeCertificateFile =
  (machine: Machine) =>
  async (given: string): Promise<void> => {
    const path = machine.files.absolute(given);
    const entry = await machine.files.stat(path);
    if (entry?.kind !== 'file') {
      throw usageProblem(
        `${path} ${entry === null ? 'does not exist' : 'is not a file'}.`,
        'Give the path of the .pfx file.',
      );
    }
    judgeBytes(path, await machine.files.read(path, limits.fileBytes));
  };

interface TaskInput {
  readonly positional: readonly string[];
  readonly answers: Answers;
}

const inputOf = async (prompter: Prompter, machine: Machine, task: CertificateTask): Promise<TaskInput> => {
  const judge = judgeCertificateFile(machine);
  switch (task) {
    case 'request-cert': {
      const submit = await prompter.confirm(
        'Submit the request to a CA now? (No: dpm-prep writes it and shows the commands)',
        false,
      );
      return { positional: [], answers: submit ? { submit: true } : {} };
    }
    case 'import-cert':
      return {
        positional: [await pathOf(prompter, { message: 'Path of the .pfx file:', judge })],
        answers: {},
      };
    case 'renew-cert':
      return {
        positional: [await pathOf(prompter, { message: 'Path of the new .pfx file:', judge })],
        answers: {},
      };
    case 'convert-cert': {
      const path = await pathOf(prompter, {
        message: 'Path of the .pfx file to convert:',
        judge: async (from) => {
          judgeBytes(from, readInput(from));
          return Promise.resolve();
        },
      });
      const suggestion = `${path.replace(/\.(?:pfx|p12)$/i, '')}-csp.pfx`;
      const out = await pathOf(prompter, {
        message: 'Path of the file to write:',
        suggestion,
        judge: async (to) => {
          refuseExisting(to, task);
          if (existsSync(dirname(resolve(to)))) return Promise.resolve();
          throw usageProblem(`The folder ${dirname(resolve(to))} does not exist.`);
        },
      });
      return { positional: [path], answers: { out } };
    }
  }
};

/** Does one certificate task within the guide. A mistake is shown, and the person is back where the task was chosen. */
export const doCertificateTask = async (
  context: CommandContext<RunKey>,
  prompter: Prompter,
  machine: Machine,
  task: CertificateTask,
): Promise<void> => {
  const { positional, answers } = await inputOf(prompter.direct, machine, task);
  try {
    await runAndShow(context, task, {
      positional,
      prompter: prompter.direct,
      answers: { ...pickAnswers(context.answers, runParameters), ...answers },
    });
  } catch (error) {
    const declined = error instanceof Problem && error.exitCode === exitCode.cancelled;
    // "No" at the plan comes back to the choice; Ctrl-C ends the guide.
    if (
      !isAboutAnswer(error) &&
      !(declined && !context.signal.aborted && error.message.includes('nothing was changed'))
    )
      throw error;
    prompter.direct.again(error);
  }
};
