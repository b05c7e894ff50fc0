import type { Finding, FindingStatus } from '../checks/check.js';
import { sourceText } from '../dpm/source.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

const mark = (status: FindingStatus, { color, marks }: Style): string => {
  switch (status) {
    case 'pass':
      return color.green(marks.done);
    case 'fail':
      return color.red(marks.fail);
    case 'warn':
      return color.yellow(marks.warn);
    case 'could-not-check':
      return color.yellow(marks.unknown);
    case 'not-applicable':
      return color.dim(marks.skip);
  }
};

export interface FindingsOptions {
  readonly style: Style;
  readonly width: number;
  /** Also those that passed or do not apply. */
  readonly all: boolean;
  /** Only what was found, not what is required nor how it is fixed. */
  readonly brief?: boolean;
}

/** A requirement is a sentence that reads like a fact, so what stands before it says whether it is one. */
const requirement = (status: FindingStatus): string => {
  if (status === 'fail') return 'Requirement, not met';
  return status === 'could-not-check' ? 'Requirement, not checked' : 'Requirement';
};

/** Findings as lines for people: what was found, what is required and where that stands, and how to fix it. */
export const findingLines = (findings: readonly Finding[], options: FindingsOptions): readonly string[] => {
  const { style, width } = options;
  const { color } = style;
  const quiet = (finding: Finding): boolean =>
    finding.status === 'pass' || finding.status === 'not-applicable';
  return findings.flatMap((finding) => {
    if (quiet(finding) && !options.all) return [];
    const about = finding.subject === undefined ? '' : `${finding.subject}: `;
    const demoted = finding.ignored && !quiet(finding) ? color.dim(' (ignored by name)') : '';
    const head = `${mark(finding.status, style)} ${color.bold(finding.id)}${demoted}  ${wrap(`${about}${finding.found}`, width - finding.id.length - 4, '    ')}`;
    if (quiet(finding) || options.brief) return [head];
    const prevents =
      finding.prevents.length === 0 ? '' : ` Prevents DPM error ${finding.prevents.join(', ')}.`;
    const source = `${requirement(finding.status)}: ${finding.required} (${sourceText(finding.source)})${prevents}`;
    return [
      head,
      color.dim(`    ${wrap(source, width - 4, '    ')}`),
      ...(finding.fix ?? []).map((fix) => `    ${style.marks.go} ${wrap(fix, width - 6, '      ')}`),
    ];
  });
};
