import { cleanText } from '../clean.js';
import { failureAdvice, type FailureAdvice } from '../dpm/likely-causes.js';
import { sourceText } from '../dpm/source.js';
import { exitCode } from '../exit-code.js';
import { documentedLine, type Command } from '../machine/command.js';
import { endedWell } from '../machine/ended-well.js';
import type { CommandResult } from '../machine/machine.js';
import type { Verification } from '../steps/step.js';
import { adviceOn, dpmErrorIds, knownErrors } from './known-errors.js';
import type { Failure, StepState } from './step-report.js';

const lastLine = (lines: readonly string[]): string =>
  lines.map((line) => line.trim()).findLast((line) => line !== '') ?? '';

const howItEnded = (command: Command, result: CommandResult): string => {
  const tool =
    'tool' in command ? command.tool : command.kind === 'act' ? `The step ${command.act}` : 'The step';
  if (result.ending === 'no-end') return `${tool} still waited for something and was stopped`;
  const last = result.error ?? lastLine(result.output);
  // The answer of our own act is data, not something that a tool said.
  const isData = command.kind === 'act' && (result.error === null || last.startsWith('{'));
  const said = isData ? '' : last.replace(/[.!\s]+$/, '');
  const by = result.exitCode === null ? /\bended by (SIG\w+)/.exec(result.error ?? '')?.[1] : undefined;
  if (by !== undefined) return `${tool} was stopped before its end (${by})`;
  const code = result.exitCode === null ? '' : ` with exit code ${String(result.exitCode)}`;
  return `${tool} ended${code}${said === '' ? '' : ` and said: ${said}`}`;
};

interface Judgement {
  readonly state: StepState;
  readonly failure: Failure | null;
}

const saidLines = 6;
const saidWidth = 160;

/** What the tool last said, as a quotation. */
const lastWords = (command: Command, { output }: CommandResult): readonly string[] => {
  if (command.kind === 'act') return [];
  const lines = output.map((line) => cleanText(line.trim(), saidWidth)).filter((line) => line !== '');
  // One line stands in the sentence above already.
  if (lines.length < 2) return [];
  return ['Its last output:', ...lines.slice(-saidLines).map((line) => `  ${line}`)];
};

const nameOf = (command: Command): string =>
  command.kind === 'act' ? command.act : 'tool' in command ? command.tool : '';

/** How the tool was run, as far as its output depends on it. */
export interface HowItRan {
  /** It had the console to itself: what it said stands above on the screen, and only the person has seen it. */
  readonly onConsole: boolean;
}

const causeText = ({ id, text, source }: FailureAdvice['causes'][number], onConsole: boolean): string =>
  onConsole && id !== undefined
    ? `If it named ID ${String(id)} (${sourceText(source)}): ${text}`
    : `Possible cause (${sourceText(source)}): ${text}`;

/** A tool that waits has not refused: the causes that have an error id are not those of its silence. */
const causesOfWaiting = ({ causes }: FailureAdvice): readonly string[] => [
  'Possible cause: it waits for an answer that dpm-prep does not know, or it needs more time. To wait longer, add: --silence-seconds <seconds>',
  ...causes.flatMap((cause) => (cause.id === undefined ? [causeText(cause, false)] : [])),
];

/** The causes are for a failure that no error id explains. */
const causesOf = (
  command: Command,
  { causes }: FailureAdvice,
  { onConsole }: HowItRan,
): readonly string[] => [
  ...(onConsole ? [`${nameOf(command)} printed its reason above.`] : []),
  ...causes.flatMap((cause) => (cause.typed === true && !onConsole ? [] : [causeText(cause, onConsole)])),
  ...(onConsole ? ['If it named another ID, see what it means: dpm-prep explain <ID>'] : []),
];

const logText = ({ log }: FailureAdvice): readonly string[] =>
  log === null ? [] : [`Log (${sourceText(log.source)}): ${log.path}`];

/** What the tool said; what the error ids in the output and the log mean; what the step knows; else the likely causes. */
const advised = (
  command: Command,
  result: CommandResult,
  verification: Verification,
  how: HowItRan,
): Pick<Failure, 'fix' | 'dpmErrors'> => {
  const fix = verification.fix ?? [];
  const errors = knownErrors([...result.output, result.error ?? '', verification.found, ...fix]);
  // A tool that was not started has not failed, and after harm only the way out of it counts.
  const more = result.ending !== 'refused' && verification.harm !== true;
  const advice = failureAdvice(nameOf(command), documentedLine(command));
  const causes = (known: FailureAdvice): readonly string[] =>
    result.ending === 'no-end' ? causesOfWaiting(known) : causesOf(command, known, how);
  // A step that has looked at the cause itself knows better than the general list.
  const explained =
    errors.length > 0 ||
    verification.explained === true ||
    fix.some((text) => text.startsWith('Possible cause'));
  return {
    fix: [
      ...(more ? lastWords(command, result) : []),
      ...errors.flatMap((error) => adviceOn(error, advice?.command ?? null)),
      ...fix,
      ...(more && advice !== null && !explained ? causes(advice) : []),
      // Where the step has read the logs, they stand above with their paths.
      ...(more && advice !== null && verification.readLogs !== true ? logText(advice) : []),
    ],
    dpmErrors: dpmErrorIds(errors),
  };
};

/** The verdict comes from asking the computer; the tool's own exit code only decides how a failure is called. */
export const judge = (
  command: Command,
  result: CommandResult,
  verification: Verification,
  how: HowItRan,
): Judgement => {
  const clean = endedWell(result);
  const advice = advised(command, result, verification, how);
  if (verification.harm) {
    return {
      state: 'failed',
      failure: { code: exitCode.notVerified, what: verification.found, ...advice, final: true, harm: true },
    };
  }
  if (result.ending === 'refused') {
    const what = result.error ?? 'The tool was not started.';
    return { state: 'refused', failure: { code: exitCode.checkFailed, what, ...advice, final: false } };
  }
  if (verification.state === 'verified') return { state: 'done', failure: null };
  if (verification.state === 'could-not-verify' && clean) return { state: 'done-unverified', failure: null };
  if (clean) {
    const what = `${howItEnded(command, result)}, but the computer does not show it: ${verification.found}`;
    return { state: 'not-verified', failure: { code: exitCode.notVerified, what, ...advice, final: false } };
  }
  return {
    state: 'failed',
    failure: {
      code: exitCode.toolFailed,
      what: `${howItEnded(command, result)}. What the computer shows: ${verification.found}`,
      ...advice,
      final: false,
    },
  };
};
