import { cleanText } from '../clean.js';
import type { RunListener } from '../run/listener.js';
import type { Plan } from '../procedures/plan.js';
import { plannedLines } from '../procedures/plan.js';
import { sideName, type Step } from '../steps/step.js';
import type { Screen } from './screen.js';
import { wrap } from './wrap.js';

const clock = (elapsedMs: number): string => {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
};

/** The line over everything of a rehearsal, so that nobody takes practice for the real thing. */
export const showRehearsal = (screen: Screen, label: string): void => {
  screen.note(
    screen.progress.color.black.bgYellow(' REHEARSAL ') +
      screen.progress.color.yellow(` on ${label}; no real computer is touched`),
  );
};

/** The plan: every step, the exact command, which machine. */
export const showPlan = (screen: Screen, plan: Plan): void => {
  const { color, marks } = screen.progress;
  screen.note('');
  screen.note(color.bold(plan.title));
  for (const [index, line] of plannedLines(plan).entries()) {
    screen.note(`  ${String(index + 1)}. ${line.title} ${color.dim(`(on ${sideName[line.side]})`)}`);
    screen.note(`     ${color.cyan(line.line)}`);
  }
  for (const note of plan.notes)
    screen.note(`  ${color.yellow(marks.warn)} ${wrap(note, screen.width - 4, '    ')}`);
  screen.note('');
};

const heartbeatEveryMs = 30_000;

/** Shows a run while it goes on. On a terminal the time counts up in place; elsewhere a line every half minute. */
export const progressListener = (screen: Screen): RunListener => {
  const { color, marks } = screen.progress;
  const detail = (text: string): string => `    ${wrap(text, screen.width - 4, '    ')}`;
  let lastBeat = 0;
  const beat = (step: Step, what: string, elapsedMs: number): void => {
    if (screen.progressIsTerminal) {
      screen.passing(`    ${color.dim(`${what}, ${clock(elapsedMs)}`)}`);
    } else if (elapsedMs - lastBeat >= heartbeatEveryMs) {
      lastBeat = elapsedMs;
      screen.note(detail(`${step.title}: ${what}, ${clock(elapsedMs)}`));
    }
  };
  return {
    step: (step, number, of) => {
      lastBeat = 0;
      screen.note(color.bold(`${marks.go} ${String(number)}/${String(of)} ${step.title}`));
    },
    alreadyDone: (_step, probe) => {
      screen.note(
        `  ${color.green(marks.done)} done already: ${wrap(probe.found, screen.width - 18, '    ')}`,
      );
    },
    started: (_step, line) => {
      screen.note(`    ${color.cyan(line)}`);
    },
    line: (_step, text) => {
      if (screen.verbose) screen.note(`    ${color.dim(`${marks.bar} ${cleanText(text)}`)}`);
    },
    heartbeat: (step, elapsedMs) => {
      beat(step, 'still running', elapsedMs);
    },
    waiting: (step, elapsedMs) => {
      beat(step, 'waiting for the tool that an earlier run started', elapsedMs);
    },
    verified: (_step, verification) => {
      const mark = verification.state === 'verified' ? color.green(marks.done) : color.yellow(marks.unknown);
      screen.note(`  ${mark} ${wrap(verification.found, screen.width - 4, '    ')}`);
    },
    failed: (_step, why) => {
      screen.note(`  ${color.red(marks.fail)} ${wrap(why, screen.width - 4, '    ')}`);
    },
  };
};
