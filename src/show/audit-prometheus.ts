import { countOf, verdicts, type AuditResult, type JudgedComputer } from '../audit/judge.js';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const sampleLine = (name: string, { labels, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${String(value)}`;
};

/** A metric without samples is left out. Samples with equal labels would spoil the whole file, so the first counts. */
const metric = (name: string, help: string, samples: readonly Sample[]): readonly string[] => {
  const seen = new Set<string>();
  const lines = samples
    .map((sample) => ({ sample, key: JSON.stringify(sample.labels) }))
    .filter(({ key }) => !seen.has(key) && seen.add(key))
    .map(({ sample }) => sampleLine(name, sample));
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines];
};

/** Unix time. Always absolute: what is left is for the query to work out. */
const seconds = (time: string | null | undefined): number | null => {
  const ms = time === undefined || time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1_000);
};

const timed = (labels: Labels, time: string | null | undefined): readonly Sample[] => {
  const value = seconds(time);
  return value === null ? [] : [{ labels, value }];
};

const certificateSamples = ({ name, document }: JudgedComputer): readonly Sample[] =>
  (document?.certificates.value ?? []).flatMap(({ thumbprint, notAfter }) =>
    timed(
      {
        computer: name,
        thumbprint,
        configured: thumbprint === document?.configuredThumbprint.value ? 'true' : 'false',
      },
      notAfter,
    ),
  );

/** The first of the lists that must be renewed. */
const crlSamples = ({ name, document }: JudgedComputer): readonly Sample[] => {
  const times = (document?.certificates.value ?? [])
    .flatMap(({ crls }) => crls.map(({ nextUpdate }) => nextUpdate))
    .filter((time) => time !== null)
    .sort();
  return timed({ computer: name }, times[0]);
};

/** All of it in the format of node_exporter's textfile collector. */
export const auditPrometheus = (result: AuditResult): string => {
  const { computers, input } = result;
  return [
    ...metric('dpm_prep_audit_time_seconds', 'When the documents were compared, in Unix time.', [
      { labels: {}, value: Math.floor(input.now.getTime() / 1_000) },
    ]),
    ...metric(
      'dpm_prep_audit_computers',
      'Computers and files by the worst finding.',
      verdicts.map((verdict) => ({ labels: { status: verdict }, value: countOf(result, verdict) })),
    ),
    ...metric(
      'dpm_prep_audit_computer_status',
      'Worst finding of a computer: 0 ok, 1 warning, 2 critical, 3 unknown.',
      computers.map(({ name, role, verdict }) => ({
        labels: { computer: name, role },
        value: { ok: 0, warning: 1, critical: 2, unknown: 3 }[verdict],
      })),
    ),
    ...metric(
      'dpm_prep_audit_finding',
      'A check that did not pass; the value is always 1.',
      computers.flatMap(({ name, findings }) =>
        findings
          .filter(({ ignored }) => !ignored)
          .map(({ id, status }) => ({ labels: { computer: name, check: id, status }, value: 1 })),
      ),
    ),
    ...metric(
      'dpm_prep_audit_document_time_seconds',
      'When the document of a computer was written, in Unix time.',
      computers.flatMap(({ name, document }) => timed({ computer: name }, document?.readAt)),
    ),
    ...metric(
      'dpm_prep_audit_certificate_end_time_seconds',
      'End of a certificate in LocalMachine\\\\My, in Unix time.',
      computers.flatMap(certificateSamples),
    ),
    ...metric(
      'dpm_prep_audit_crl_next_update_time_seconds',
      'Earliest next update of the revocation lists of a computer, in Unix time.',
      computers.flatMap(crlSamples),
    ),
    ...metric(
      'dpm_prep_audit_password_end_time_seconds',
      'End of the password of the account for NTLM, in Unix time.',
      computers.flatMap(({ name, document }) =>
        timed({ computer: name }, document?.protectedComputer?.account.value?.passwordExpiresAt),
      ),
    ),
  ].join('\n');
};
