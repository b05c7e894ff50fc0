import type { Finding } from '../checks/check.js';
import { sourceText } from '../dpm/source.js';

export interface Suite {
  readonly name: string;
  readonly findings: readonly Finding[];
}

// What XML 1.0 cannot hold at all, even escaped.
// eslint-disable-next-line no-control-regex
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const escaped = (text: string): string =>
  text
    .replace(impossible, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\n', '&#10;');

const advice = (finding: Finding): string =>
  [
    finding.found,
    `Required: ${finding.required} (${sourceText(finding.source)})`,
    ...(finding.fix ?? []),
  ].join('\n');

type Fate = 'passed' | 'failed' | 'skipped';

const fateOf = (finding: Finding, strict: boolean): Fate => {
  if (finding.status === 'pass') return 'passed';
  if (finding.status === 'not-applicable' || finding.ignored) return 'skipped';
  if (finding.status === 'fail' || strict) return 'failed';
  return finding.status === 'warn' ? 'passed' : 'skipped';
};

const testCase = (suite: Suite, finding: Finding, strict: boolean): string => {
  const open = `    <testcase classname="${escaped(suite.name)}" name="${escaped(finding.id)}"`;
  switch (fateOf(finding, strict)) {
    case 'failed':
      return `${open}>\n      <failure type="${finding.status}" message="${escaped(finding.found)}">${escaped(advice(finding))}</failure>\n    </testcase>`;
    case 'skipped': {
      const ignored = finding.ignored && finding.status !== 'pass' ? 'ignored by name: ' : '';
      return `${open}>\n      <skipped message="${escaped(`${ignored}${finding.status}: ${finding.found}`)}"/>\n    </testcase>`;
    }
    case 'passed':
      return finding.status === 'warn'
        ? `${open}>\n      <system-out>${escaped(`warning: ${advice(finding)}`)}</system-out>\n    </testcase>`
        : `${open}/>`;
  }
};

const counts = (
  findings: readonly Finding[],
  strict: boolean,
  more: { readonly errors: number; readonly failures: number } = { errors: 0, failures: 0 },
): string => {
  const of = (fate: Fate): number => findings.filter((finding) => fateOf(finding, strict) === fate).length;
  const tests = findings.length + more.errors + more.failures;
  return `tests="${String(tests)}" failures="${String(of('failed') + more.failures)}" errors="${String(more.errors)}" skipped="${String(of('skipped'))}"`;
};

/** What happened besides the findings. */
export interface Besides {
  /** Inputs that no password opened, with why: errors, because nothing was judged. */
  readonly unopened: readonly { readonly name: string; readonly because: string }[];
  /** Differences from what was expected. */
  readonly differences: readonly string[];
}

const one = (kind: 'failures' | 'errors'): string =>
  `tests="1" failures="${kind === 'failures' ? '1' : '0'}" errors="${kind === 'errors' ? '1' : '0'}" skipped="0"`;

const unopenedSuite = ({ name, because }: Besides['unopened'][number]): readonly string[] => [
  `  <testsuite name="${escaped(name)}" ${one('errors')}>`,
  `    <testcase classname="${escaped(name)}" name="password">`,
  `      <error type="password" message="${escaped(because)}">${escaped(because)}</error>`,
  '    </testcase>',
  '  </testsuite>',
];

const differenceSuite = (text: string): readonly string[] => [
  `  <testsuite name="expected" ${one('failures')}>`,
  '    <testcase classname="expected" name="as-expected">',
  `      <failure type="difference" message="${escaped(text)}">${escaped(text)}</failure>`,
  '    </testcase>',
  '  </testsuite>',
];

/**
 * Findings as JUnit XML, as CI dashboards read it: one suite for each subject, one case for each check; and one for each
 * input that could not be opened, so that it cannot be overlooked.
 */
export const junit = (
  suites: readonly Suite[],
  strict: boolean,
  { unopened, differences }: Besides = { unopened: [], differences: [] },
): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dpm-prep" ${counts(
      suites.flatMap(({ findings }) => findings),
      strict,
      { errors: unopened.length, failures: differences.length },
    )}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${escaped(suite.name)}" ${counts(suite.findings, strict)}>`,
      ...suite.findings.map((finding) => testCase(suite, finding, strict)),
      '  </testsuite>',
    ]),
    ...unopened.flatMap(unopenedSuite),
    ...differences.flatMap(differenceSuite),
    '</testsuites>',
  ].join('\n');
