import { commandAgain, quoted } from '../answers/replay.js';
import type { Finding } from '../checks/check.js';
import type { Answers } from '../answers/parameters.js';
import { hostLabel } from '../dpm/names.js';
import { windowsCommands } from '../dpm/windows-commands.js';
import type { ProblemText } from '../problem.js';
import type { Report } from '../run/report.js';
import type { Side } from '../steps/step.js';

/** The practice computer that a command ran on. */
export interface PracticePlace {
  /** Folder of the practice pair. */
  readonly world: string;
  /** Which of its computers: a side, or a name. */
  readonly on: string;
  /** Which of the two computers of the procedure that is. */
  readonly side: Side;
  /** Its computers, by their names. */
  readonly computers: readonly { readonly name: string; readonly side: Side }[];
}

/** Where the person who reads the report is. Filled in by whatever chooses the computer and runs the plan. */
export interface Whereabouts {
  practice: PracticePlace | null;
  /** The command that ran, with every answer that was given. */
  again: string;
}

/** What a text needs to know to print commands that can be pasted. */
export interface Placing extends Readonly<Whereabouts> {
  /** Every command of the program, and the computer that it is for; null: either of the two. */
  readonly sides: ReadonlyMap<string, Side | null>;
}

/** A command line that repeats what a person was doing, with every answer that was given. */
export const sameAgain = (name: string, positional: readonly string[], answers: Answers): string => {
  const { rehearse, ...rest } = answers;
  // The folder of the practice pair says that it is a rehearsal.
  return commandAgain([name, ...positional], rest.world === undefined ? { ...rest, rehearse } : rest);
};

/** These concern no computer, or take the practice pair as a whole. */
const elsewhere = new Set(['rehearse', 'explain', 'scenarios', 'schema', 'completion', 'fixtures']);

/** In our texts: the command that ran. A step does not know which one runs it, or with which answers. */
const again = /dpm-prep again(?![\w-])((?: --[a-z][\w-]*(?: (?:'[^']*'|(?!--)[^\s"]+))?)*)/g;

/*
 * A dpm-prep command is in double quotes, or at the end of its line: so it can be copied, and found here. A test checks
 * every text of the program (test/commands/printed-commands.test.ts).
 */
const quotedCommand = /(?<=")dpm-prep ([a-z-]+)([^"\n]*)(?=")/g;
const lastCommand = /(?<![\w/\\."-])dpm-prep ([a-z-]+)((?: (?!.*(?<![\w/\\.-])dpm-prep ).*)?)$/gm;

/** A command of Windows at the end of a text: pasted during a rehearsal, it would change the real computer. */
const realCommand = new RegExp(String.raw`^(?:(.*):\s)?(${windowsCommands} .+)$`);

const notHere = (text: string, sentence: string | undefined, command: string): string => {
  if (sentence === undefined) return `Only on a real computer: ${command}`;
  return /only on a real computer\)?$/i.test(sentence)
    ? text
    : `${sentence} (only on a real computer): ${command}`;
};

const sideWords: readonly (readonly [RegExp, Side | 'here'])[] = [
  [/\bon (?:the|this|its) dpm server\b(?: ([\w-]+))?/g, 'dpm-server'],
  [/\bon the protected computer\b(?: ([\w-]+))?/g, 'protected-computer'],
  [/\b(?:on this computer|here)\b/g, 'here'],
];

interface Named {
  readonly side: Side | 'here';
  readonly computer: string | null;
}

/** The computer that the text names last before a command. */
const namedIn = (before: string): Named | null => {
  const said = before.toLowerCase();
  let last: (Named & { readonly at: number }) | null = null;
  for (const [words, side] of sideWords) {
    const match = [...said.matchAll(words)].at(-1);
    if (match !== undefined && (last === null || match.index > last.at))
      last = { at: match.index, side, computer: match[1] ?? null };
  }
  return last;
};

/** The other computer, where the report says which has the next step. */
interface Next {
  readonly side: Side;
  readonly computer: string | null;
}

const computerIn = (
  computers: PracticePlace['computers'],
  name: string,
): PracticePlace['computers'][number] | undefined => {
  const label = hostLabel(name).toLowerCase();
  return computers.find((one) => hostLabel(one.name).toLowerCase() === label);
};

/** What stands behind --on for the computer that has the next step: one of several has a name. */
const onNext = ({ side, computer }: Next, { computers }: PracticePlace): string => {
  if (computers.length <= 2 || computer === null) return side;
  return computerIn(computers, computer)?.name ?? side;
};

/**
 * Completes every command in the text: in a rehearsal by what makes it run on the practice computer that it is for, instead
 * of a real one. `next`: the text is about that computer.
 */
export const placedText = (text: string, placing: Placing, next: Next | null = null): string => {
  if (placing.practice === null && !text.includes('dpm-prep again')) return text;
  const whole = text.replace(again, (_match, more: string) => {
    const [flags = '', ...files] = placing.again.split(/(?= -- )/);
    return [flags, more, ...files].join('');
  });
  const { practice: place, sides } = placing;
  if (place === null) return whole;
  const onFor = (name: string, before: string): string => {
    const named = namedIn(before);
    const said = sides.get(name) ?? named?.side;
    const side = said === 'here' ? place.side : (said ?? next?.side ?? place.side);
    if (named !== null && named.computer !== null && named.side === side)
      return onNext({ side, computer: named.computer }, place);
    if (next !== null && side === next.side) return onNext(next, place);
    return side === place.side ? place.on : side;
  };
  const placed = (command: string, name: string, rest: string, at: number, all: string): string => {
    if (elsewhere.has(name) || !sides.has(name)) return command;
    const has = (flag: string): boolean => rest.split(' ').includes(flag);
    const [flags = '', ...files] = rest.split(/(?= -- )/);
    return [
      `dpm-prep ${name}${flags}`,
      ...(has('--world') ? [] : [` --world ${quoted(place.world)}`]),
      ...(has('--on') ? [] : [` --on ${quoted(onFor(name, all.slice(0, at)))}`]),
      ...files,
    ].join('');
  };
  return whole.replace(realCommand, notHere).replace(quotedCommand, placed).replace(lastCommand, placed);
};

/** The problem with each command as it can be pasted where the reader is. */
const placedProblem = <P extends ProblemText>(problem: P, placing: Placing): P => ({
  ...problem,
  fix: (problem.fix ?? []).map((text) => placedText(text, placing)),
});

/** A finding about a computer is advice for that one, wherever it is read. */
const placedFinding = (finding: Finding, placing: Placing): Finding => {
  if (finding.fix === undefined) return finding;
  const { practice } = placing;
  const about =
    practice === null || finding.subject === undefined
      ? undefined
      : computerIn(practice.computers, finding.subject);
  const there: Placing =
    practice === null || about === undefined
      ? placing
      : { ...placing, practice: { ...practice, on: about.name, side: about.side } };
  return { ...finding, fix: finding.fix.map((text) => placedText(text, there)) };
};

/** Findings with each command as it can be pasted. */
export const placedFindings = (findings: readonly Finding[], placing: Placing): readonly Finding[] =>
  findings.map((finding) => placedFinding(finding, placing));

/** The report with each command as it can be pasted where the reader is: a rehearsal's names its computer. */
export const placedReport = (report: Report, placing: Placing): Report => {
  const here = (text: string): string => placedText(text, placing);
  const { next } = report;
  return {
    ...report,
    // Also where the run ended before it made a report of its own: no document of a rehearsal may pass for a real one.
    rehearsal: report.rehearsal || placing.practice !== null,
    notes: report.notes.map(here),
    steps: report.steps.map((step) => ({ ...step, fix: step.fix.map(here) })),
    findings: [...placedFindings(report.findings, placing)],
    next:
      next === null
        ? null
        : {
            ...next,
            command: placedText(next.command, placing, next),
            instructions: next.instructions.map((text) => placedText(text, placing, next)),
          },
    replay: report.replay === null ? null : here(report.replay),
    problem: report.problem === null ? null : placedProblem(report.problem, placing),
  };
};
