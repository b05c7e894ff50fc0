import { countOf, verdicts, worstOf, type AuditResult, type AuditVerdict } from '../audit/judge.js';
import { counted } from './wrap.js';

/** Exit codes of a Nagios plug-in: they are not dpm-prep's own. */
export const nagiosCode = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const satisfies Record<
  AuditVerdict,
  number
>;

/** What Nagios keeps of the output by default is 8 KB. */
const mostLines = 40;

/** A bar begins the performance data, and the status line ends with it. */
const plain = (text: string): string => text.replaceAll('|', '/');

/** The output of a Nagios plug-in: the status line with performance data, then a line for each computer in trouble. */
export const auditNagios = (result: AuditResult): string => {
  const worst = worstOf(result);
  const total = result.computers.length;
  const counts = verdicts.map((verdict) => [verdict, countOf(result, verdict)] as const);
  const text = counts
    .filter(([verdict, count]) => verdict !== 'ok' && count > 0)
    .map(([verdict, count]) => `${String(count)} ${verdict}`)
    .join(', ');
  const data = counts.map(([verdict, count]) => `${verdict}=${String(count)};;;0;${String(total)}`).join(' ');
  const troubled = result.computers.filter(({ verdict }) => verdict !== 'ok');
  const lines = troubled
    .slice(0, mostLines)
    .map(({ name, verdict, findings }) =>
      plain(
        `${verdict.toUpperCase()} ${name}: ${[...new Set(findings.filter(({ ignored }) => !ignored).map(({ id }) => id))].join(', ')}`,
      ),
    );
  return [
    `DPM AUDIT ${worst.toUpperCase()} - ${text === '' ? `${counted(total, 'computer')}, nothing to do` : `${text} of ${counted(total, 'computer')}`} | ${data}`,
    ...lines,
    ...(troubled.length > mostLines ? [`and ${String(troubled.length - mostLines)} more`] : []),
  ].join('\n');
};

/** The output where nothing could be compared. */
export const nagiosProblem = (what: string): string => `DPM AUDIT UNKNOWN - ${plain(what)}`;
