import * as z from 'zod';
import type { Finding } from '../checks/check.js';
import { blocks } from '../checks/run-checks.js';
import {
  CertificateCache,
  CertificateJudge,
  listRules,
  NotACertificate,
  openCertificates,
  openStoreCertificate,
  openTrust,
  WrongPassword,
  type CertificateInput,
  type JudgedCertificate,
  type JudgeOptions,
  type OpenedCertificate,
} from '../certificate/index.js';
import { cleanText } from '../clean.js';
import { exitCode } from '../exit-code.js';
import type { Machine } from '../machine/machine.js';
import { usageProblem, type Problem } from '../problem.js';
import { report, type Report } from '../run/report.js';
import { certificatePage } from '../show/certificate-html.js';
import { checkLines } from '../show/check-list.js';
import { junit } from '../show/junit.js';
import { printReport } from '../show/report-text.js';
import type { Screen } from '../show/screen.js';
import { nameInputs, readInput } from './certificate-files.js';
import { Passwords } from './certificate-passwords.js';
import type { CommandContext, CommandModule } from './command.js';
import { checkRow, listedCheckSchema, refuseUnknownChecks } from './listed-checks.js';
import { machineFor } from './machine.js';

const verdict = z.enum(['pass', 'warn', 'fail']);

const summarySchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  thumbprint: z.string(),
  keyId: z.string().describe('SHA-256 over the public key'),
  serialNumber: z.string(),
  notBefore: z.string().nullable(),
  notAfter: z.string().nullable(),
  publicKey: z.object({ algorithm: z.string(), bits: z.number().nullable() }),
  hasPrivateKey: z.boolean(),
  provider: z.string().nullable(),
  keySpec: z.enum(['exchange', 'signature', 'cng']).nullable(),
  root: z.object({ subject: z.string(), thumbprint: z.string() }).nullable(),
  chain: z.object({
    end: z.enum(['root', 'no-issuer', 'too-long']),
    trust: z.enum(['listed', 'not-listed', 'by-windows', 'not-by-windows', 'no-list']),
    links: z
      .array(
        z.object({
          subject: z.string(),
          thumbprint: z.string(),
          notAfter: z.string().nullable(),
          signature: z.enum(['good', 'bad']).nullable().describe('by the next one; null: there is none'),
        }),
      )
      .readonly()
      .describe('the certificate first'),
  }),
});

const judgedSchema = z.object({
  name: z.string().describe('the subject of its findings'),
  verdict,
  troubles: z.array(z.string()).describe('ids of the checks that did not pass'),
  origin: z
    .union([
      z.object({
        kind: z.literal('file'),
        format: z.enum(['PFX', 'PEM', 'DER', 'PKCS#7']),
        file: z.string(),
      }),
      z.object({ kind: z.literal('store'), store: z.enum(['LocalMachine\\My', 'CurrentUser\\My']) }),
    ])
    .nullable(),
  certificate: summarySchema.nullable().describe('null: the input could not be read'),
});

const dataSchema = z.object({
  certificates: z.array(judgedSchema).optional(),
  unopened: z.array(z.string()).optional().describe('inputs whose password was wrong or missing'),
  checks: z.array(listedCheckSchema).optional().describe('with --list-checks'),
});

type Data = z.infer<typeof dataSchema>;
type JudgedRow = z.infer<typeof judgedSchema>;

const inputOf = (path: string): CertificateInput => ({ name: path, bytes: readInput(path), passwords: [] });

const openOne = async (
  passwords: Passwords,
  path: string,
  cache: CertificateCache,
): Promise<readonly OpenedCertificate[]> => {
  const input = inputOf(path);
  return passwords.open(path, (tried) => openCertificates({ ...input, passwords: tried }, cache));
};

const judgeOptions = async (
  context: CommandContext,
  passwords: Passwords,
  cache: CertificateCache,
): Promise<JudgeOptions> => {
  const { answers, signal } = context;
  const other: OpenedCertificate[] = [];
  for (const path of answers.other ?? []) other.push(...(await openOne(passwords, path, cache)));
  let replaces: OpenedCertificate | undefined;
  if (answers.replaces !== undefined) {
    const opened = await openOne(passwords, answers.replaces, cache);
    [replaces] = opened;
    if (opened.length > 1) {
      throw usageProblem(
        `${answers.replaces} holds ${String(opened.length)} certificates.`,
        'Give --replaces a file with the old one alone.',
      );
    }
  }
  const { trust } = answers;
  return {
    ...(trust === undefined
      ? {}
      : {
          trust: await passwords.open(trust, (tried) =>
            openTrust({ ...inputOf(trust), passwords: tried }, cache),
          ),
        }),
    ...(other.length === 0 ? {} : { other }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(answers.authCaThumbprint === undefined ? {} : { authCaThumbprint: answers.authCaThumbprint }),
    ...(answers.psName === undefined ? {} : { expectedName: answers.psName.text }),
    ...(answers.minDays === undefined ? {} : { minDays: answers.minDays }),
    ...(answers.environment === undefined ? {} : { environment: answers.environment }),
    ...(answers.ignore === undefined ? {} : { ignore: answers.ignore }),
    offline: answers.offline ?? false,
    signal,
  };
};

const fromStore = async (
  machine: Machine,
  thumbprint: string,
  cache: CertificateCache,
): Promise<readonly OpenedCertificate[]> => {
  const { certificates } = await machine.ask('certificates', {
    stores: ['LocalMachine\\My', 'CurrentUser\\My'],
    thumbprint,
  });
  const inMachineStore = certificates.filter(({ store }) => store === 'LocalMachine\\My');
  // The same certificate in the store of a user as well does no harm.
  const relevant = inMachineStore.length > 0 ? inMachineStore : certificates;
  return relevant.map((stored) => openStoreCertificate(stored, cache));
};

const isQuiet = ({ status }: Finding): boolean => status === 'pass' || status === 'not-applicable';

const rowOf = (judged: JudgedCertificate, strict: boolean): JudgedRow => {
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
class Results {
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
    return { ...judged, findings: findings.map(({ mend: _mend, details: _details, ...rest }) => rest) };
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

const everyRule = (): Report['data'] => ({ checks: listRules().map(checkRow) });

const passwordReport = (
  command: string,
  problems: readonly Problem[],
  data: Data,
  findings: readonly Finding[],
): Report => {
  const [first] = problems;
  return report({
    command,
    exitCode: exitCode.usage,
    findings,
    data,
    problem: {
      what:
        problems.length === 1
          ? (first?.message ?? '')
          : `${String(problems.length)} files could not be opened: ${problems.map(({ message }) => message).join(' ')}`,
      mend: first?.mend ?? [],
      dpmErrors: [],
    },
  });
};

const run: CommandModule['run'] = async (context) => {
  const { answers, positional, spec } = context;
  if (answers.listChecks === true) return report({ command: spec.name, data: everyRule() });
  refuseUnknownChecks(answers.ignore);
  const asDocument = answers.format === 'junit' || answers.format === 'html';
  if (answers.json === true && asDocument) {
    throw usageProblem(`--json and --format ${answers.format} are two formats.`, 'Give one of them.');
  }
  const named = nameInputs(
    [...positional, ...(answers.thumbprint === undefined ? [] : [answers.thumbprint])],
    [answers.trust, answers.replaces, ...(answers.other ?? [])].filter((path) => path !== undefined),
  );
  if (named.files.length + named.thumbprints.length === 0) {
    throw usageProblem(
      'Nothing was named that could be checked.',
      'Files, folders or patterns: dpm-prep check-cert FILE.pfx',
      'On Windows a certificate of the store by its thumbprint: dpm-prep check-cert --thumbprint <hex>',
    );
  }
  const strict = answers.strict ?? false;
  const everything = answers.json === true || asDocument || context.screen.verbose;
  const passwords = Passwords.of(context);
  const cache = new CertificateCache();
  const judge = new CertificateJudge(await judgeOptions(context, passwords, cache));
  const results = new Results(everything);
  const refused: { path: string; problem: Problem }[] = [];

  const machine = named.thumbprints.length === 0 ? null : await machineFor(context, 'protected-computer');
  for (const thumbprint of named.thumbprints) {
    const opened = machine === null ? [] : await fromStore(machine, thumbprint, cache);
    if (opened.length === 0) {
      throw usageProblem(
        `There is no certificate ${thumbprint} in LocalMachine\\My nor in CurrentUser\\My of this computer.`,
        'Copy the thumbprint again, or give the file of the certificate.',
      );
    }
    results.add(await judge.judge(opened));
  }
  for (const [index, path] of named.files.entries()) {
    if (named.files.length > 20) {
      context.screen.passing(`  ${String(index + 1)} of ${String(named.files.length)}: ${cleanText(path)}`);
    }
    try {
      const opened = await openOne(passwords, path, cache);
      results.add(await judge.judge(opened));
    } catch (error) {
      if (error instanceof NotACertificate) results.add([judge.unreadable(cleanText(path), error)]);
      else if (error instanceof WrongPassword) refused.push({ path, problem: error });
      else throw error;
    }
  }
  context.screen.settle();

  const settled = results.settled(judge);
  const findings = results.explained(settled);
  const rows = settled.map((judged) => rowOf(judged, strict));
  const data: Data = {
    certificates: rows,
    unopened: refused.map(({ path }) => cleanText(path)),
  };
  const common = {
    rehearsal: machine?.rehearsal ?? false,
    computer: machine?.label ?? null,
  };
  if (refused.length > 0) {
    return {
      ...passwordReport(
        spec.name,
        refused.map(({ problem }) => problem),
        data,
        findings,
      ),
      ...common,
    };
  }
  return report({
    command: spec.name,
    ...common,
    exitCode: rows.some((row) => row.verdict === 'fail') ? exitCode.checkFailed : exitCode.done,
    findings,
    data,
  });
};

const mostRows = 200;

const padded = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  '),
  );
};

const plural = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** The table over all certificates: troubled ones first, and not more than a person reads. */
const summaryLines = (rows: readonly JudgedRow[], screen: Screen): readonly string[] => {
  const { color, marks } = screen.result;
  const rank = { fail: 0, warn: 1, pass: 2 };
  const sorted = [...rows].sort((a, b) => rank[a.verdict] - rank[b.verdict]);
  const shown =
    sorted.length > mostRows
      ? sorted.filter(({ verdict: each }) => each !== 'pass').slice(0, mostRows)
      : sorted;
  const mark = {
    pass: color.green(marks.done),
    warn: color.yellow(marks.warn),
    fail: color.red(marks.fail),
  };
  const cells = padded(
    shown.map((row) => [
      row.name,
      row.certificate?.notAfter?.slice(0, 10) ?? '-',
      row.troubles.length === 0 ? 'ok' : row.troubles.join(', '),
    ]),
  );
  const of = (which: JudgedRow['verdict']): number => rows.filter((row) => row.verdict === which).length;
  const totals = [
    `${plural(of('pass'), 'certificate')} ${of('pass') === 1 ? 'is' : 'are'} ready for DPM`,
    ...(of('warn') > 0 ? [`${String(of('warn'))} with warnings`] : []),
    ...(of('fail') > 0 ? [`${String(of('fail'))} failed`] : []),
  ];
  return [
    ...(rows.length > 1 ? shown.map((row, index) => `${mark[row.verdict]} ${cells[index] ?? ''}`) : []),
    ...(shown.length < rows.length
      ? [color.dim(`  … and ${plural(rows.length - shown.length, 'certificate')} more; --json lists all`)]
      : []),
    color.bold(`${totals.join(', ')}.`),
  ];
};

const withFindings = (
  rows: readonly JudgedRow[],
  { findings }: Report,
): readonly (JudgedRow & { findings: readonly Finding[] })[] => {
  const bySubject = new Map(rows.map(({ name }) => [name, [] as Finding[]]));
  for (const finding of findings) bySubject.get(finding.subject ?? '')?.push(finding);
  return rows.map((row) => ({ ...row, findings: bySubject.get(row.name) ?? [] }));
};

export default {
  run,
  dataSchema,
  print: (result, screen, answers, version) => {
    const data = result.data as Data;
    if (data.checks) {
      const checks = listRules();
      screen.print(checkLines(checks, screen.result, screen.width).join('\n'));
      return;
    }
    const rows = data.certificates ?? [];
    if (answers.format === 'junit') {
      screen.print(junit(withFindings(rows, result), answers.strict ?? false));
      return;
    }
    if (answers.format === 'html') {
      if (result.problem) screen.note(result.problem.what);
      screen.print(
        certificatePage({
          certificates: withFindings(rows, result),
          unopened: data.unopened ?? [],
          now: new Date().toISOString(),
          version,
          rehearsal: result.rehearsal,
        }),
      );
      return;
    }
    printReport(result, screen, rows.length === 0 ? [] : summaryLines(rows, screen));
  },
} satisfies CommandModule;
