import { unquoted } from '../answers/habits.js';
import { judgeValue } from '../answers/gather.js';
import { isAboutAnswer } from '../answers/complete.js';
import type { Answers, RunKey } from '../answers/parameters.js';
import type { Prompter } from '../answers/prompter.js';
import { pickAnswers, runParameters } from '../answers/parameters.js';
import { exitCode } from '../exit-code.js';
import { Problem } from '../problem.js';
import type { CommandContext } from './command.js';
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

const pathOf = async (prompter: Prompter, message: string, suggestion?: string): Promise<string> =>
  unquoted(await prompter.text(message, given, suggestion));

interface TaskInput {
  readonly positional: readonly string[];
  readonly answers: Answers;
}

const inputOf = async (prompter: Prompter, task: CertificateTask): Promise<TaskInput> => {
  switch (task) {
    case 'request-cert': {
      const submit = await prompter.confirm(
        'Submit the request to a CA now? (No: dpm-prep writes it and shows the commands)',
        false,
      );
      return { positional: [], answers: submit ? { submit: true } : {} };
    }
    case 'import-cert':
      return { positional: [await pathOf(prompter, 'Path of the .pfx file:')], answers: {} };
    case 'renew-cert':
      return { positional: [await pathOf(prompter, 'Path of the new .pfx file:')], answers: {} };
    case 'convert-cert': {
      const path = await pathOf(prompter, 'Path of the .pfx file to convert:');
      const suggestion = `${path.replace(/\.(?:pfx|p12)$/i, '')}-csp.pfx`;
      const out = await pathOf(prompter, 'Path of the file to write:', suggestion);
      return { positional: [path], answers: { out } };
    }
  }
};

/** Does one certificate task within the guide. A mistake is shown, and the person is back where the task was chosen. */
export const doCertificateTask = async (
  context: CommandContext<RunKey>,
  prompter: Prompter,
  task: CertificateTask,
): Promise<void> => {
  const { positional, answers } = await inputOf(prompter.direct, task);
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
