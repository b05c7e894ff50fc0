import { placedCommand, type DpmError } from '../dpm/errors/index.js';
import { explainText } from '../dpm/explain.js';
import { sourceText } from '../dpm/source.js';

/** More errors than these in one failure are the consequences of the first. */
const maxErrors = 3;

/** The DPM errors and HRESULTs that a tool's output or log names and that we know, in the order of their appearance. */
export const knownErrors = (lines: readonly string[]): readonly DpmError[] =>
  [...explainText(lines.join('\n')).seen]
    .sort((a, b) => a.firstLine - b.firstLine)
    .slice(0, maxErrors)
    .map(({ error }) => error);

/**
 * What such an error means, where that is documented, and what to do about it: the meaning first, then each advice a
 * sentence of its own. `ran`: the command that failed, which is run again anyway.
 */
export const adviceOn = (error: DpmError, ran: string | null): readonly string[] => [
  `${error.kind === 'dpm' ? 'DPM error' : 'Error'} ${error.id} means: ${error.meaning} (${sourceText(error.source)})`,
  ...error.fix,
  ...(error.command === null || error.command === ran ? [] : [placedCommand(error.command)]),
];

/** The ids that stand in Microsoft's DPM error table, as numbers. */
export const dpmErrorIds = (errors: readonly DpmError[]): readonly number[] =>
  errors.filter(({ kind }) => kind === 'dpm').map(({ id }) => Number(id));
