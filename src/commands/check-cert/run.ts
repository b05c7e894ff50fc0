import { utcMinute } from '../../dpm/date.js';
import type { Finding } from '../../checks/check.js';
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
  type JudgeOptions,
  type OpenedCertificate,
} from '../../certificate/index.js';
import { cleanText } from '../../clean.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem, type Problem } from '../../problem.js';
import { report, type Report } from '../../run/report.js';
import { certificatePage } from '../../show/certificate-html.js';
import { certificateTable } from '../../show/certificate-table.js';
import { checkLines } from '../../show/check-list.js';
import { reportDocument } from '../../show/document.js';
import { junit } from '../../show/junit.js';
import { printReport } from '../../show/report-text.js';
import type { Screen } from '../../show/screen.js';
import { counted, wrap } from '../../show/wrap.js';
import { nameInputs, readInput } from '../../application/certificate-files.js';
import { Passwords } from '../../application/certificate-passwords.js';
import { Results, rowOf, withFindings, type Data } from './results.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { checkRow, refuseUnknownChecks } from '../../application/listed-checks.js';
import { machineFor } from '../../application/machine.js';
import { outputsOf, refuseOutputs, writeOutput, type OutputKinds } from '../../application/outputs.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const kinds: OutputKinds<'text' | 'junit' | 'html' | 'json'> = {
  command: 'check-cert',
  formats: ['text', 'junit', 'html', 'json'],
  byEnding: { '.xml': 'junit', '.html': 'html', '.htm': 'html', '.json': 'json' },
};

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
  context: CommandContext<Keys>,
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
    ...(answers.at === undefined ? {} : { at: new Date(answers.at) }),
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
      fix: first?.fix ?? [],
      dpmErrors: [],
    },
  });
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers, positional, spec } = context;
  if (answers.listChecks === true) return report({ command: spec.name, data: everyRule() });
  await refuseUnknownChecks(answers.ignore);
  const outputs = outputsOf(answers, kinds);
  if (outputs.screen === 'json' && answers.json !== true) {
    throw usageProblem('--format json is for a file.', 'Use --json for standard output.');
  }
  const named = nameInputs(
    [...positional, ...(answers.thumbprint === undefined ? [] : [answers.thumbprint])],
    [answers.trust, answers.replaces, ...(answers.other ?? [])].filter((path) => path !== undefined),
  );
  if (named.files.length + named.thumbprints.length === 0) {
    throw usageProblem(
      'No file and no thumbprint was given to check.',
      'Files, folders or patterns: dpm-prep check-cert FILE.pfx',
      'On Windows a certificate of the store by its thumbprint: dpm-prep check-cert --thumbprint <hex>',
    );
  }
  const besides = [
    answers.trust,
    answers.replaces,
    ...(answers.other ?? []),
    answers.expect,
    answers.passwordFile,
    answers.answers,
  ];
  refuseOutputs(outputs, [...named.files, ...besides.filter((path) => path !== undefined)]);
  const compare =
    answers.expect === undefined ? null : (await import('./expected.js')).comparisonWith(answers.expect);
  const strict = answers.strict ?? false;
  const everything = outputs.screen !== 'text' || outputs.files.length > 0 || context.screen.verbose;
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
        `There is no certificate ${thumbprint} in LocalMachine\\My or CurrentUser\\My of this computer.`,
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
  const found =
    compare?.(
      settled,
      refused.map(({ path }) => path),
    ) ?? null;
  const data: Data = {
    certificates: rows,
    unopened: refused.map(({ path }) => cleanText(path)),
    unopenedBecause: refused.map(({ problem }) => problem.message),
    at: answers.at ?? null,
    differences: found === null ? null : [...found],
  };
  const common = {
    rehearsal: machine?.rehearsal ?? false,
    computer: machine?.label ?? null,
  };
  const result: Report = {
    ...(refused.length > 0 && found === null
      ? passwordReport(
          spec.name,
          refused.map(({ problem }) => problem),
          data,
          findings,
        )
      : report({
          command: spec.name,
          exitCode: (found === null ? rows.some((row) => row.verdict === 'fail') : found.length > 0)
            ? exitCode.checkFailed
            : exitCode.done,
          findings,
          data,
        })),
    ...common,
  };
  for (const { format, path } of outputs.files) {
    writeOutput(path, documentText(format, result, strict, context.version));
  }
  return {
    ...result,
    notes: outputs.files.map(({ path, format }) => `${cleanText(path)} is written (${format}).`),
  };
};

/** The result as a document. */
const documentText = (
  format: 'junit' | 'html' | 'json',
  result: Report,
  strict: boolean,
  version: string,
): string => {
  const data = result.data as Data;
  const rows = withFindings(data.certificates ?? [], result);
  const unopened = data.unopened ?? [];
  switch (format) {
    case 'json':
      return JSON.stringify(reportDocument(result, version), null, 2);
    case 'junit':
      return junit(rows, strict, {
        unopened: unopened.map((name, index) => ({
          name,
          because: data.unopenedBecause?.[index] ?? 'It could not be opened.',
        })),
        differences: data.differences ?? [],
      });
    case 'html':
      return certificatePage({
        certificates: rows,
        unopened: data.unopenedBecause ?? [],
        now: data.at ?? new Date().toISOString(),
        asOf: typeof data.at === 'string',
        version,
        rehearsal: result.rehearsal,
      });
  }
};

const expectedLines = (differing: readonly string[], screen: Screen): readonly string[] => {
  const { color, marks } = screen.result;
  return differing.length === 0
    ? [color.bold('Every result is as expected.')]
    : [
        ...differing.map((line) => `${color.red(marks.fail)} ${wrap(line, screen.width - 2, '  ')}`),
        color.bold(`${counted(differing.length, 'difference')} from what was expected.`),
      ];
};

export default {
  run,
  dataSchema: async () => (await import('./results-schema.js')).dataSchema,
  print: (result, screen, answers, version) => {
    const data = result.data as Data;
    if (data.checks) {
      const checks = listRules();
      screen.print(checkLines(checks, screen.result, screen.width).join('\n'));
      return;
    }
    const rows = data.certificates ?? [];
    const { screen: format } = outputsOf(answers, kinds);
    if (format === 'junit' || format === 'html') {
      if (result.problem) screen.note(result.problem.what);
      screen.print(documentText(format, result, answers.strict ?? false, version));
      return;
    }
    if (data.differences) {
      // Hundreds of findings are as they should be; only what differs is worth a look.
      printReport({ ...result, findings: [] }, screen, expectedLines(data.differences, screen));
      return;
    }
    printReport(
      result,
      screen,
      rows.length === 0
        ? []
        : [
            ...(typeof data.at !== 'string' ? [] : [`Judged as of ${utcMinute(data.at)} UTC.`]),
            ...certificateTable(
              rows.map((row) => ({ ...row, notAfter: row.certificate?.notAfter ?? null })),
              screen,
            ),
          ],
    );
  },
} satisfies CommandModule<Keys>;
