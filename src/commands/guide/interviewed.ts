import { isAboutAnswer } from '../../answers/complete.js';
import { isParameterKey } from '../../answers/parameters.js';
import { AnswerTakenBack, type Interview } from '../../answers/interview.js';
import type { Prompter } from '../../answers/prompter.js';
import { exitCode } from '../../exit-code.js';
import type { Report } from '../../run/report.js';
import { findingLines } from '../../show/findings.js';
import type { Screen } from '../../show/screen.js';

interface Interviewed {
  readonly interview: Interview;
  readonly direct: Prompter;
  readonly screen: Screen;
  /** The interview from its first question to the run; answers that are known are not asked again. */
  readonly attempt: () => Promise<Report>;
  /** Keeps the answers for the next time. */
  readonly keep: () => Promise<void>;
}

type Next = 'again' | 'change' | 'stop';

/** What to do after a problem that is not about the last answer alone. */
const askNext = async (interview: Interview, direct: Prompter): Promise<Next> => {
  const next = await direct.choose<Next>('What do you want to do?', [
    { value: 'again', name: 'Check again, after you fixed it' },
    ...(interview.answers.length === 0 ? [] : [{ value: 'change' as const, name: 'Change an answer' }]),
    { value: 'stop', name: 'Stop. The answers are kept, and offered when you run dpm-prep again' },
  ]);
  if (next === 'change') await interview.takeOneBack();
  return next;
};

const showWhatBlocks = (screen: Screen, report: Report): void => {
  const findings = report.findings.map((finding) => ({
    ...finding,
    fix: (finding.fix ?? []).map(screen.place),
  }));
  screen.note('');
  const options = { style: screen.progress, width: screen.width, all: screen.verbose };
  for (const line of findingLines(findings, options)) screen.note(line);
  screen.note('');
};

/**
 * Holds the interview until the plan runs or the person stops. A mistake never ends it: a choice that leads nowhere is
 * asked again with the reason; where that does not help, or a check fails, any answer can be changed or the check repeated.
 */
export const interviewed = async (options: Interviewed): Promise<Report> => {
  const { interview, direct, screen, attempt, keep } = options;
  let reason: string | null = null;
  for (;;) {
    interview.begin();
    let stop: () => Report;
    try {
      const result = await attempt();
      const failed = result.exitCode === exitCode.checkFailed && result.outcome === 'check-failed';
      if (interview.approved || !failed || result.steps.length > 0) return result;
      showWhatBlocks(screen, result);
      stop = () => result;
    } catch (error) {
      if (error instanceof AnswerTakenBack) continue;
      if (interview.approved || !isAboutAnswer(error)) throw error;
      // Nothing was asked: a flag or the answer file is wrong, and that ends the command as it always does.
      if (interview.answers.length === 0) throw error;
      // A parameter was judged at its own question, so what is wrong only now is not known to be about the last one.
      const last = interview.lastAsked;
      if (last !== null && !isParameterKey(last) && error.message !== reason) {
        reason = error.message;
        interview.prompter.again(error);
        continue;
      }
      direct.again(error);
      stop = () => {
        throw error;
      };
    }
    if ((await askNext(interview, direct)) === 'stop') {
      await keep();
      return stop();
    }
    reason = null;
  }
};
