import type { DpmError } from '../dpm/errors/index.js';
import { explainText } from '../dpm/explain.js';

/** More errors than these in one failure are the consequences of the first. */
const maxErrors = 3;

/** The DPM errors and HRESULTs that a tool's output or log names and that we know, in the order of their appearance. */
export const knownErrors = (lines: readonly string[]): readonly DpmError[] =>
  [...explainText(lines.join('\n')).seen]
    .sort((a, b) => a.firstLine - b.firstLine)
    .slice(0, maxErrors)
    .map(({ error }) => error);

/** What such an error means and what to do about it: the meaning first, then each advice a sentence of its own. */
export const adviceOn = (error: DpmError): readonly string[] => [
  `${error.kind === 'dpm' ? 'DPM error' : 'Error'} ${error.id} means: ${error.meaning}`,
  ...error.fix,
  ...(error.command === null ? [] : [`The command for it: ${error.command}`]),
];

/** The ids that stand in Microsoft's DPM error table, as numbers. */
export const dpmErrorIds = (errors: readonly DpmError[]): readonly number[] =>
  errors.filter(({ kind }) => kind === 'dpm').map(({ id }) => Number(id));
