import type { Finding } from '../checks/check.js';
import { cleanText } from '../clean.js';
import { durationText } from '../dpm/duration.js';
import type { EarlierTool, RunListener } from '../run/listener.js';
import type { Plan } from '../procedures/plan.js';
import { pageFaults, plannedLines } from '../procedures/plan.js';
import { sideName, type Step } from '../steps/step.js';
import { findingLines } from './findings.js';
import type { Screen } from './screen.js';
import { wrap } from './wrap.js';

const clock = (elapsedMs: number): string => {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
};

/** The line over everything of a rehearsal, so that nobody takes practice for the real thing. */
export const showRehearsal = (screen: Screen, label: string, folder: string): void => {
  const { color } = screen.progress;
  screen.once(`rehearsal on ${label} in ${folder}`, () => {
    screen.note(
      `${color.black.bgYellow(' REHEARSAL ')}${color.yellow(` on ${label}; no real computer is touched`)}`,
    );
    screen.note(color.dim(`            world ${folder}`));
  });
};

/** A plan for many computers is shown in short, and its run with a line for each. */
const manySteps = 12;

/** The plan: every step, the exact command, which machine. */
export const showPlan = (screen: Screen, plan: Plan): void => {
  const { color, marks } = screen.progress;
  screen.note('');
  screen.note(color.bold(plan.title));
  const lines = plannedLines(plan);
  const shown = lines.length > manySteps ? lines.slice(0, 3) : lines;
  for (const [index, line] of shown.entries()) {
    screen.note(`  ${String(index + 1)}. ${line.title} ${color.dim(`(on ${sideName[line.side]})`)}`);
    screen.note(`     ${color.cyan(line.line)}`);
  }
  for (const note of plan.notes)
    screen.note(`  ${color.yellow(marks.warn)} ${wrap(note, screen.width - 4, '    ')}`);
  if (screen.verbose) for (const fault of pageFaults(plan)) screen.paragraph(fault, color.dim);
  screen.note('');
};

/** What was found before the plan runs, in short: the report at the end has the whole of it. */
export const showFindings = (screen: Screen, findings: readonly Finding[]): void => {
  for (const line of findingLines(findings, {
    style: screen.progress,
    width: screen.width,
    all: screen.verbose,
    brief: true,
  })) {
    screen.note(line);
  }
};

const earlierTool = ({ tool, processId }: EarlierTool): string => {
  const name = cleanText(tool.split(/[\\/]/).at(-1) ?? tool);
  return `${name}${processId === null ? '' : ` (process ${String(processId)})`}, which an earlier run started,`;
};

/** The tool in a documented command line. */
const toolOf = (line: string): string => line.split(' ', 1)[0] ?? line;

const heartbeatEveryMs = 30_000;

/** A person who types a password needs no word from us; one who waits for a tool does. */
const firstWordMs = 60_000;
const mostSilenceMs = 600_000;

/** Shows a run in progress. On a terminal the time counts up in place; elsewhere a line every half minute. */
export const progressListener = (screen: Screen, plan: Plan): RunListener => {
  const short = plan.steps.length > manySteps;
  let place = '';
  const { color, marks } = screen.progress;
  const detail = (text: string): string => `    ${wrap(text, screen.width - 4, '    ')}`;
  let lastBeat = 0;
  let waitedFor: number | null = null;
  let nextWordMs = firstWordMs;
  let line = '';
  const beat = (step: Step, what: string, elapsedMs: number, most = ''): void => {
    if (screen.progressIsTerminal) {
      screen.passing(`    ${color.dim(`${what}, ${clock(elapsedMs)}${most}`)}`);
    } else if (elapsedMs - lastBeat >= heartbeatEveryMs) {
      lastBeat = elapsedMs;
      screen.note(detail(`${step.title}: ${what}, ${clock(elapsedMs)}${most}`));
    }
  };
  const end = (mark: string, step: Step, text: string): void => {
    if (short) screen.note(`${mark} ${place} ${step.group ?? step.title}: ${text}`);
    else screen.note(`  ${mark} ${wrap(text, screen.width - 4, '    ')}`);
  };
  return {
    step: (step, number, of) => {
      lastBeat = 0;
      place = `${String(number)}/${String(of)}`;
      if (!short) screen.note(color.bold(`${marks.go} ${place} ${step.title}`));
    },
    alreadyDone: (step, probe) => {
      end(color.green(marks.done), step, `done already: ${probe.found}`);
    },
    started: (_step, command) => {
      line = command;
      lastBeat = 0;
      nextWordMs = firstWordMs;
      if (!short || screen.verbose) screen.note(`    ${color.cyan(command)}`);
    },
    line: (_step, text) => {
      if (screen.verbose) screen.note(`    ${color.dim(`${marks.bar} ${cleanText(text)}`)}`);
    },
    heartbeat: (step, elapsedMs, silenceMs) => {
      const limit =
        silenceMs === null
          ? ''
          : `; it is stopped after ${String(Math.round(silenceMs / 1000))} s without output`;
      beat(step, `waiting for ${toolOf(line)} to end`, elapsedMs, limit);
    },
    atOwnPrompt: (_step, elapsedMs) => {
      if (elapsedMs < nextWordMs) return;
      nextWordMs = Math.min(nextWordMs * 2, nextWordMs + mostSilenceMs);
      screen.note('');
      screen.note(
        detail(
          `${toolOf(line)} is still running after ${clock(elapsedMs)}. If it asks for something, answer it. Otherwise dpm-prep waits until it ends; Ctrl+C stops waiting.`,
        ),
      );
    },
    password: (_step, text) => {
      screen.note(detail(text));
    },
    installer: (_step, timeoutMs) => {
      const limit =
        timeoutMs === null
          ? 'dpm-prep waits without a limit (to set one: --timeout 30m)'
          : `dpm-prep waits at most ${durationText(timeoutMs)} (--timeout)`;
      screen.note(color.dim(detail(`This can take several minutes without output; ${limit}.`)));
    },
    verifying: (step, elapsedMs, patienceMs) => {
      const most = patienceMs > elapsedMs ? ` of at most ${clock(patienceMs)}` : '';
      beat(step, 'waiting until this computer shows the result', elapsedMs, most);
    },
    waiting: (step, elapsedMs, works) => {
      if (works !== null && works.processId !== waitedFor) {
        waitedFor = works.processId;
        screen.note(
          detail(
            `${earlierTool(works)} is still running${works.started === null ? '' : ` since ${works.started.toISOString().slice(0, 19).replace('T', ' ')} UTC`}. dpm-prep waits for it.`,
          ),
        );
      }
      beat(step, 'waiting for the tool that an earlier run started', elapsedMs);
    },
    earlierSilent: (_step, works, silenceMs) => {
      screen.note(
        detail(
          `${earlierTool(works)} wrote nothing for ${String(Math.round(silenceMs / 1000))} seconds, so it may be waiting for input that nobody can give. dpm-prep stops it (--silence-seconds).`,
        ),
      );
    },
    earlierEnded: (_step, { exitCode, error }) => {
      const how = error ?? (exitCode === null ? 'without an error' : `with exit code ${String(exitCode)}`);
      screen.note(detail(`The tool that the earlier run started has ended: ${cleanText(how)}`));
    },
    earlierLost: () => {
      screen.note(
        detail(
          'The tool that the earlier run started was stopped, or it is not known how it ended. This happens when the computer restarts, and when the SSH or WinRM session of that run ends.',
        ),
      );
    },
    verified: (step, verification) => {
      end(
        verification.state === 'verified' ? color.green(marks.done) : color.yellow(marks.unknown),
        step,
        verification.found,
      );
    },
    failed: (step, why) => {
      end(color.red(marks.fail), step, why);
    },
  };
};
