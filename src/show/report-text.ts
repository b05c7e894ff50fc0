import type { Report } from '../run/report.js';
import { isUneasy, type StepState } from '../run/step-report.js';
import { sideName } from '../steps/step.js';
import { findingLines } from './findings.js';
import type { Screen } from './screen.js';
import { wrap } from './wrap.js';

const headline = (report: Report): string => {
  switch (report.outcome) {
    case 'done':
      if (report.steps.some(isUneasy)) return 'Done, but a tool did not end as it should: see below.';
      return report.changed ? 'Done.' : 'Nothing to do: everything is as it should be.';
    case 'nothing-to-do':
      return 'Nothing to do: everything is as it should be.';
    case 'planned':
      return 'Dry run: nothing was changed.';
    case 'other-machine-next':
      return report.changed
        ? 'This computer is done.'
        : 'Nothing to do on this computer: everything is as it should be.';
    case 'restart-required':
      return report.problem
        ? 'Restart Windows before you continue.'
        : 'Done. Windows must be restarted before protection can start.';
    case 'check-failed':
      return 'Not started: a check failed. Nothing was changed.';
    case 'tool-failed':
    case 'not-verified':
      return 'It did not work.';
    // Its problem says it.
    case 'cancelled':
    case 'usage':
    case 'bug':
      return '';
  }
};

/** The plan of a dry run: what would run, on which computer, and what is done already. */
const plannedStepLines = (report: Report, screen: Screen): readonly string[] => {
  if (report.outcome !== 'planned') return [];
  const { color, marks } = screen.result;
  return report.steps.flatMap((step, index) => [
    `${String(index + 1)}. ${step.title} ${color.dim(`(on ${sideName[step.side]})`)}`,
    `   ${color.cyan(step.command)}`,
    ...(step.found === null
      ? []
      : [
          `   ${step.state === 'already-done' ? color.green(`${marks.done} done already: `) : ''}${wrap(step.found.text, screen.width - 20, '   ')}`,
        ]),
  ]);
};

/** What is to be known of a step that was run and is not simply done. */
const howItEnded: Readonly<Partial<Record<StepState, string>>> = {
  'done-unverified': ' (succeeded; the computer does not show whether it took effect)',
  'not-verified': ' (ended, but the computer does not show it)',
  refused: ' (was refused)',
};

const didLines = (report: Report): readonly string[] =>
  report.steps
    .filter((step) => step.changed)
    .map((step) => {
      const failed = report.outcome === 'cancelled' ? ' (interrupted)' : ' (failed)';
      return `${step.command}${step.state === 'failed' ? failed : (howItEnded[step.state] ?? '')}`;
    });

/** More than this is a list that nobody reads on a screen. */
const manyLines = 20;

/** A line that begins so is quoted, from a log: no advice. */
const quoted = '  ';

/** The problem as one block: what is wrong, then what to do. Used for reports and for errors alike. */
const problemLines = (problem: NonNullable<Report['problem']>, screen: Screen): readonly string[] => {
  const { color, marks } = screen.progress;
  return [
    `${color.red(marks.fail)} ${wrap(problem.what, screen.width - 2, '  ')}`,
    ...problem.fix.map((fix) =>
      fix.startsWith(quoted)
        ? color.dim(`    ${wrap(fix.slice(quoted.length), screen.width - 6, '      ')}`)
        : `  ${marks.go} ${wrap(fix, screen.width - 4, '    ')}`,
    ),
  ];
};

/** What stopped the run; at Ctrl-C also whether anything was changed, which a problem alone does not know. */
const whatStopped = ({ outcome, changed }: Report, what: string): string => {
  if (outcome !== 'cancelled' || /nothing was changed/i.test(what)) return what;
  return `${what} ${changed ? 'Completed steps stay in place.' : 'Nothing was changed.'}`;
};

/** Prints a report for people. `body` is what is particular to the command. */
export const printReport = (report: Report, screen: Screen, body: readonly string[]): void => {
  const { color, marks } = screen.result;
  const { width } = screen;
  const shown = findingLines(report.findings, { style: screen.result, width, all: screen.verbose });
  if (report.problem) {
    screen.note('');
    const problem = { ...report.problem, what: whatStopped(report, report.problem.what) };
    for (const line of problemLines(problem, screen)) screen.note(line);
  }
  const planned = plannedStepLines(report, screen);
  const lines: string[] = [...shown, ...(shown.length > 0 ? [''] : []), ...body, ...planned];
  if (planned.length > 0) lines.push('');
  // A check that stops a run leaves no step, and the verdict must stand there all the same.
  const stopped = report.outcome === 'check-failed' && body.length === 0;
  const head = report.steps.length > 0 || report.problem !== null || stopped ? headline(report) : '';
  if (report.rehearsal)
    lines.push(color.yellow('REHEARSAL: practice computers only; no real computer was touched.'));
  if (head !== '') lines.push(color.bold(head));
  const did = didLines(report);
  if (did.length > manyLines) {
    const failed = report.steps.filter(
      (step) => step.state !== 'done' && step.state !== 'already-done',
    ).length;
    lines.push(
      `${String(did.length)} of ${String(report.steps.length)} steps were run, ${String(failed)} are left; --json lists each.`,
    );
  } else if (did.length > 0) {
    lines.push(color.bold('What was done'), ...did.map((line) => `  ${marks.bullet} ${line}`));
  }
  // What is said beside it is not what was done.
  if (did.length > 0 && report.notes.length > 0) lines.push('');
  // What comes next comes after the restart.
  if (report.restartRequired) {
    lines.push(
      color.yellow(`${marks.warn} Restart Windows on this computer first; dpm-prep does not do it.`),
    );
  }
  for (const note of report.notes) lines.push(`  ${marks.bullet} ${wrap(note, width - 4, '    ')}`);
  const { next } = report;
  if (next) {
    const where = next.computer === null ? sideName[next.side] : `${sideName[next.side]} ${next.computer}`;
    lines.push(
      '',
      color.bold(`Now on ${where}`),
      ...next.instructions.map((text) => `  ${marks.bullet} ${wrap(text, width - 4, '    ')}`),
      `  ${color.cyan(next.command)}`,
      color.dim(`  which runs: ${next.documentedCommand}`),
    );
  }
  if (report.replay !== null) {
    lines.push('', color.bold('The same again, unattended'), `  ${color.cyan(report.replay)}`);
  }
  if (lines.length > 0) screen.print(lines.join('\n'));
};
