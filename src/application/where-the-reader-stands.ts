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

/*
 * A dpm-prep command is in double quotes, or at the end of its line: so it can be copied, and found here. A test checks
 * every text of the program (test/commands/printed-commands.test.ts).
 */
const quotedCommand = /(?<=")dpm-prep ([a-z-]+)([^"\n]*)(?=")/g;
const lastCommand = /(?<![\w/\\."-])dpm-prep ([a-z-]+)((?: (?!.*(?<![\w/\\.-])dpm-prep ).*)?)$/gm;

const namedSide = (before: string): Side | null => {
  const said = before.toLowerCase();
  if (/\bon the dpm server\b/.test(said)) return 'dpm-server';
  return /\bon the protected computer\b/.test(said) ? 'protected-computer' : null;
};

/** Where the reader is, and the names of all commands: "dpm-prep waits" is not one. */
export interface Placing {
  readonly place: PracticePlace;
  readonly names: ReadonlySet<string>;
}

/** Adds to every command in the text what makes it run on the practice computer instead of a real one. */
export const placedText = (text: string, { place, names }: Placing, side: Side | null = null): string => {
  const placed = (whole: string, name: string, rest: string, at: number): string => {
    if (elsewhere.has(name) || !names.has(name)) return whole;
    const has = (flag: string): boolean => rest.split(' ').includes(flag);
    const on = side ?? namedSide(text.slice(0, at)) ?? place.on;
    const [flags = '', ...files] = rest.split(/(?= -- )/);
    return [
      `dpm-prep ${name}${flags}`,
      ...(has('--world') ? [] : [` --world ${quoted(place.world)}`]),
      ...(has('--on') ? [] : [` --on ${quoted(on)}`]),
      ...files,
    ].join('');
  };
  return text.replace(quotedCommand, placed).replace(lastCommand, placed);
};

/** The report with each command as it can be pasted where the reader is: a rehearsal's names its computer. */
export const placedReport = (
  report: Report,
  practice: PracticePlace | null,
  names: ReadonlySet<string>,
): Report => {
  if (practice === null) return report;
  const placing = { place: practice, names };
  const here = (text: string): string => placedText(text, placing);
  return {
    ...report,
    // Also where the run ended before it made a report of its own: no document of a rehearsal may pass for a real one.
    rehearsal: true,
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
            command: placedText(report.next.command, placing, report.next.side),
            instructions: report.next.instructions.map(here),
          },
    replay: report.replay === null ? null : here(report.replay),
    problem: report.problem === null ? null : { ...report.problem, fix: report.problem.fix.map(here) },
  };
};
