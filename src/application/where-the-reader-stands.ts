import { quoted } from '../answers/replay.js';
import type { Report } from '../run/report.js';
import type { Side } from '../steps/step.js';

/** The practice computer that a command ran on. */
export interface PracticePlace {
  /** Folder of the practice pair. */
  readonly world: string;
  /** Which of its computers: a side, or a name. */
  readonly on: string;
}

/** Where the person who reads the report is. Filled in by whatever chooses the computer. */
export interface Whereabouts {
  practice: PracticePlace | null;
}

/** These concern no computer, or take the practice pair as a whole. */
const elsewhere = new Set(['rehearse', 'explain', 'scenarios', 'schema', 'completion', 'fixtures']);

const word = String.raw`(?:--?[\w-]+|'[^']*'|<[^>]*>|[\w~%@+=-]*[.:\\/\d][\w.:\\/%@+=-]*)`;
const afterValueFlag = String.raw`(?:--[\w-]+ [\w.:\\/%@+=-]+)`;
/** A dpm-prep command as a person would copy it: in double quotes, or up to the end of the text. */
const ownCommand = new RegExp(
  String.raw`\bdpm-prep ([a-z]+(?:-[a-z]+)*)((?: (?:${afterValueFlag}|${word}))*)(?="|$)`,
  'g',
);

const namedSide = (before: string): Side | null => {
  const said = before.toLowerCase();
  if (/\bon the dpm server\b/.test(said)) return 'dpm-server';
  return /\bon the protected computer\b/.test(said) ? 'protected-computer' : null;
};

/** Adds to every command in the text what makes it run on the practice computer instead of a real one. */
export const placedText = (text: string, place: PracticePlace, side: Side | null = null): string =>
  text.replace(ownCommand, (whole, name: string, rest: string, at: number) => {
    if (elsewhere.has(name)) return whole;
    const has = (flag: string): boolean => rest.split(' ').includes(flag);
    const on = side ?? namedSide(text.slice(0, at)) ?? place.on;
    return [
      whole,
      ...(has('--world') ? [] : ['--world', quoted(place.world)]),
      ...(has('--on') ? [] : ['--on', quoted(on)]),
    ].join(' ');
  });

/** The report with each command as it can be pasted where the reader is: a rehearsal's names its computer. */
export const placedReport = (report: Report, practice: PracticePlace | null): Report => {
  if (practice === null) return report;
  const here = (text: string): string => placedText(text, practice);
  return {
    ...report,
    notes: report.notes.map(here),
    steps: report.steps.map((step) => ({ ...step, fix: step.fix.map(here) })),
    findings: report.findings.map((finding) => ({
      ...finding,
      ...(finding.fix === undefined ? {} : { fix: finding.fix.map(here) }),
    })),
    next:
      report.next === null
        ? null
        : {
            ...report.next,
            command: placedText(report.next.command, practice, report.next.side),
            instructions: report.next.instructions.map(here),
          },
    replay: report.replay === null ? null : here(report.replay),
    problem: report.problem === null ? null : { ...report.problem, fix: report.problem.fix.map(here) },
  };
};
