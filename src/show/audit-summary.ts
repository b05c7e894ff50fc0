import { countOf, verdicts, type AuditResult, type AuditVerdict } from '../audit/judge.js';
import { counted, wrap } from './wrap.js';
import type { Screen } from './screen.js';

/** Computers whose findings a screen shows one by one; more than that nobody reads there. */
const mostShown = 30;

const marks: Record<AuditVerdict, 'fail' | 'unknown' | 'warn' | 'done'> = {
  critical: 'fail',
  unknown: 'unknown',
  warning: 'warn',
  ok: 'done',
};

/** The comparison as lines for a screen: the worst computers with their findings, then the counts. */
export const auditSummary = (result: AuditResult, screen: Screen): readonly string[] => {
  const { color, marks: symbols } = screen.result;
  const troubled = result.computers.filter(({ verdict }) => verdict !== 'ok');
  const shown = screen.verbose ? troubled : troubled.slice(0, mostShown);
  const lines = shown.flatMap(({ name, verdict, findings }) => [
    `${symbols[marks[verdict]]} ${color.bold(name)} ${verdict}`,
    ...findings.flatMap(({ id, found, fix, ignored }) => [
      `    ${wrap(`${id}${ignored ? ' (ignored)' : ''}: ${found}`, screen.width - 4, '    ')}`,
      ...(screen.verbose ? (fix ?? []).map((text) => `      ${text}`) : []),
    ]),
  ]);
  const counts = verdicts.map((verdict) => `${String(countOf(result, verdict))} ${verdict}`).join(', ');
  return [
    ...lines,
    ...(troubled.length > shown.length
      ? [`… and ${String(troubled.length - shown.length)} more: --verbose, or --output audit.html`]
      : []),
    color.bold(`${counted(result.computers.length, 'computer')}: ${counts}.`),
  ];
};
