import type * as z from 'zod';
import type { CertificateJudge, JudgedCertificate } from '../../certificate/index.js';
import type { Immutable } from '../../immutable.js';
import type { Finding } from '../../checks/check.js';
import { blocks } from '../../checks/run-checks.js';
import type { Report } from '../../run/report.js';
import type { dataSchema, judgedSchema } from './results-schema.js';

export type Data = Immutable<z.infer<typeof dataSchema>>;
export type JudgedRow = Immutable<z.infer<typeof judgedSchema>>;

const isQuiet = ({ status }: Finding): boolean => status === 'pass' || status === 'not-applicable';

/** The line of a certificate in the summary. */
export const rowOf = (judged: JudgedCertificate, strict: boolean): JudgedRow => {
  const troubled = judged.findings.filter((finding) => !isQuiet(finding));
  return {
    name: judged.name,
    verdict: troubled.some((finding) => blocks(finding, strict))
      ? 'fail'
      : troubled.length > 0
        ? 'warn'
        : 'pass',
    troubles: troubled.map(({ id }) => id),
    origin: judged.origin,
    certificate: judged.certificate,
  };
};

/** Certificates with troubles whose findings are shown one by one on a screen; more than that nobody reads. */
const mostExplained = 200;

/** What is kept of the results until the end. For a document everything; for a screen what it will show. */
export class Results {
  readonly #everything: boolean;
  readonly #all: JudgedCertificate[] = [];
  #troubled = 0;

  constructor(everything: boolean) {
    this.#everything = everything;
  }

  add(judged: readonly JudgedCertificate[]): void {
    for (const each of judged) this.#all.push(this.#kept(each));
  }

  #kept(judged: JudgedCertificate): JudgedCertificate {
    if (this.#everything) return judged;
    const findings = judged.findings.filter((finding) => !isQuiet(finding));
    if (findings.length > 0) this.#troubled += 1;
    if (this.#troubled <= mostExplained) return { ...judged, findings };
    // Counted and named in the table, but not explained.
    return { ...judged, findings: findings.map(({ fix: _mend, details: _details, ...rest }) => rest) };
  }

  settled(judge: CertificateJudge): readonly JudgedCertificate[] {
    const settled = judge.settle(this.#all);
    if (this.#everything) return settled;
    return settled.map((each) => ({
      ...each,
      findings: each.findings.filter((finding) => !isQuiet(finding)),
    }));
  }

  /** The findings that the report carries. */
  explained(settled: readonly JudgedCertificate[]): readonly Finding[] {
    const troubled = this.#everything ? settled : settled.filter(({ findings }) => findings.length > 0);
    return (this.#everything ? troubled : troubled.slice(0, mostExplained)).flatMap(
      ({ findings }) => findings,
    );
  }
}

/** Each line with the findings that are about it. */
export const withFindings = (
  rows: readonly JudgedRow[],
  { findings }: Report,
): readonly (JudgedRow & { findings: readonly Finding[] })[] => {
  const bySubject = new Map(rows.map(({ name }) => [name, [] as Finding[]]));
  for (const finding of findings) bySubject.get(finding.subject ?? '')?.push(finding);
  return rows.map((row) => ({ ...row, findings: bySubject.get(row.name) ?? [] }));
};
