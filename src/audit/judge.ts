import type { Finding } from '../checks/check.js';
import { runPureChecks } from '../checks/run-checks.js';
import { cleanText } from '../clean.js';
import { auditChecks, fileChecks } from './checks/index.js';
import type { AuditDocument } from './document.js';
import { mergeFleet, type AuditSubject, type MergeInput } from './fleet.js';

/** From bad to good; `unknown` is never good. */
export const verdicts = ['critical', 'unknown', 'warning', 'ok'] as const;
export type AuditVerdict = (typeof verdicts)[number];

export interface JudgedComputer {
  /** A computer's name, or the name of a file that could not be used. */
  readonly name: string;
  readonly role: AuditSubject['role'] | 'file';
  readonly verdict: AuditVerdict;
  readonly document: AuditDocument | null;
  /** DPM servers that list it. */
  readonly listedBy: readonly string[];
  /** Findings that did not pass; ignored ones stay among them. */
  readonly findings: readonly Finding[];
}

export interface AuditResult {
  readonly input: Pick<MergeInput, 'now' | 'maxAgeMs' | 'minDays' | 'rehearsal'>;
  /** Worst first, then by name. */
  readonly computers: readonly JudgedComputer[];
}

const isLoud = ({ status }: Finding): boolean => status !== 'pass' && status !== 'not-applicable';

const verdictOf = (findings: readonly Finding[]): AuditVerdict => {
  const counted = findings.filter(({ ignored }) => !ignored);
  if (counted.some(({ status }) => status === 'fail')) return 'critical';
  if (counted.some(({ status }) => status === 'could-not-check')) return 'unknown';
  return counted.some(({ status }) => status === 'warn') ? 'warning' : 'ok';
};

/** The worst of all. Nothing at all is unknown. */
export const worstOf = ({ computers }: AuditResult): AuditVerdict => computers[0]?.verdict ?? 'unknown';

export const countOf = ({ computers }: AuditResult, verdict: AuditVerdict): number =>
  computers.filter((computer) => computer.verdict === verdict).length;

const compare = (a: JudgedComputer, b: JudgedComputer): number =>
  verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) ||
  b.findings.length - a.findings.length ||
  a.name.localeCompare(b.name);

/** Judges all computers that the documents, the roster and the lists name. Pure. */
export const judgeFleet = (input: MergeInput, ignore: readonly string[] = []): AuditResult => {
  const { subjects, files } = mergeFleet(input);
  const computers: readonly JudgedComputer[] = subjects.map((subject) => {
    const name = cleanText(subject.name, 300);
    const findings = runPureChecks(auditChecks, subject, { subject: name, ignore }).filter(isLoud);
    return {
      name,
      role: subject.role,
      verdict: verdictOf(findings),
      document: subject.document,
      listedBy: [...new Set(subject.listings.map(({ server }) => server.computer.netbiosName))],
      findings,
    };
  });
  const broken: readonly JudgedComputer[] = files.map((file) => {
    const name = cleanText(file.file, 300);
    const findings = runPureChecks(fileChecks, file, { subject: name, ignore }).filter(isLoud);
    return { name, role: 'file', verdict: verdictOf(findings), document: null, listedBy: [], findings };
  });
  const { now, maxAgeMs, minDays, rehearsal } = input;
  return {
    input: { now, maxAgeMs, minDays, rehearsal },
    computers: [...computers, ...broken].toSorted(compare),
  };
};
