import { utcMinute } from '../../dpm/date.js';
import { labelOf, type Remembered } from '../../answers/interview.js';
import type { Prompter } from '../../answers/prompter.js';
import type { Machine } from '../../machine/machine.js';
import type { PastRun } from '../../run/journal.js';
import { completeCodes, exitCode } from '../../exit-code.js';
import { agentIsInstalled } from '../../steps/agent.js';
import { rowLines } from '../../show/rows.js';
import type { CommandContext } from '../../application/command.js';
import type { ComputerFacts } from '../../application/facts.js';
import { forgetAnswers, keptAnswers } from '../../application/kept-answers.js';
import { existingJournal, isOfThisAgent, unfinishedRun } from '../../application/past-runs.js';

const at = (date: Date): string => `${utcMinute(date.toISOString())} UTC`;

/** A run that failed or was interrupted after a step began: resuming it is the first offer. */
export const offersResume = async (
  context: CommandContext,
  prompter: Prompter,
  machine: Machine,
): Promise<boolean> => {
  const run = unfinishedRun(existingJournal(context, machine));
  if (run === null) return false;
  const ended =
    run.finished === null
      ? 'was interrupted'
      : run.finished.exitCode === exitCode.cancelled
        ? 'was cancelled'
        : `ended with exit code ${String(run.finished.exitCode)}`;
  context.screen.paragraph(
    `The last run here, "dpm-prep ${run.run.command}" of ${at(new Date(run.run.at))}, ${ended}.`,
  );
  const chosen = await prompter.choose('What do you want to do?', [
    { value: 'resume', name: 'Resume that run. Completed steps are not repeated' },
    { value: 'new', name: 'Start with new answers' },
  ]);
  return chosen === 'resume';
};

/** Answers as lines for a screen: each with its question. */
export const answerLines = (answers: readonly Remembered[], width: number): readonly string[] =>
  rowLines(
    answers.map(({ id, shown }) => [labelOf(id), shown] as const),
    width,
  );

/** The answers of the last time, if the person wants them; otherwise they are deleted. */
export const offeredAnswers = async (
  context: CommandContext,
  prompter: Prompter,
  machine: Machine,
): Promise<readonly Remembered[]> => {
  const kept = keptAnswers(context, machine);
  if (kept === null) return [];
  context.screen.paragraph(
    `Your answers of ${at(kept.at)} are still here. You can change each of them before the plan runs.`,
  );
  for (const line of answerLines(kept.answers, context.screen.width)) context.screen.note(line);
  const use = await prompter.confirm('Use these answers?', true);
  if (!use) forgetAnswers(context, machine);
  return use ? kept.answers : [];
};

const preparing: ReadonlySet<string> = new Set(['ntlm', 'certificate']);

const text = ({ run }: PastRun, key: string): string | null => {
  const value = run.answers[key];
  return typeof value === 'string' ? value : null;
};

/** The run that prepared this protected computer, if the agent is still there; null: it is not prepared. */
export const finishedRun = (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
): PastRun | null => {
  if (facts.installation.role !== 'protected-computer' || !agentIsInstalled(facts.installation)) return null;
  const journal = existingJournal(context, machine);
  const last = journal?.runs.findLast(({ run }) => preparing.has(run.procedure));
  if (last === undefined || !isOfThisAgent(journal, last)) return null;
  return last.finished && completeCodes.has(last.finished.exitCode) ? last : null;
};

export type FinishedTask = 'status' | 'update-password' | 'renew-cert' | 'again' | 'remove' | 'stop';

/** Says that the computer is prepared, and asks what is wanted of it now. */
export const askFinished = async (
  context: CommandContext,
  prompter: Prompter,
  done: PastRun,
): Promise<FinishedTask> => {
  const ntlm = done.run.procedure === 'ntlm';
  const server = text(done, 'dpmServerName') ?? 'its DPM server';
  const user = text(done, 'userName');
  const how = ntlm ? `NTLM${user === null ? '' : ` with the account ${user}`}` : 'certificate';
  context.screen.paragraph(
    `This computer is prepared for ${server} by ${how} (${at(new Date(done.run.at))}). The next step is on the DPM server, if it is not done yet. Run there, with the handover file: dpm-prep attach --handover <file>`,
  );
  return prompter.choose<FinishedTask>(
    'What do you want to do?',
    [
      { value: 'status', name: 'Show the status of this computer' },
      ntlm
        ? { value: 'update-password', name: 'Change the password of the account' }
        : { value: 'renew-cert', name: 'Renew the certificate' },
      { value: 'again', name: 'Prepare this computer again' },
      { value: 'remove', name: 'Remove the agent from this computer' },
      { value: 'stop', name: 'Stop here' },
    ],
    'status',
  );
};
