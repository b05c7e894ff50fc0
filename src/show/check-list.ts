import type { Check } from '../checks/check.js';
import { sourceText } from '../dpm/source.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

type Listed = Pick<Check<never>, 'id' | 'title' | 'required' | 'source' | 'severity' | 'prevents'>;

/** Checks as lines for --list-checks: the id for --ignore, what is required, where that stands. */
export const checkLines = (checks: readonly Listed[], style: Style, width: number): readonly string[] =>
  checks.flatMap(({ id, title, required, source, severity, prevents = [] }) => [
    `${style.color.bold(id)}  ${title}${severity === 'advice' ? style.color.dim(' (advice: never fails)') : ''}`,
    `    ${wrap(required, width - 4, '    ')}`,
    style.color.dim(
      `    ${wrap(`${sourceText(source)}${prevents.length === 0 ? '' : `; prevents DPM error ${prevents.join(', ')}`}`, width - 4, '    ')}`,
    ),
  ]);
