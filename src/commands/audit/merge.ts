import * as z from 'zod';
import { maxInventoryBytes, parseInventory } from '../../answers/inventory.js';
import { auditChecks, fileChecks } from '../../audit/checks/index.js';
import { certificatesOf, effectiveOf } from '../../audit/certificates.js';
import type { MergeInput } from '../../audit/fleet.js';
import { countOf, judgeFleet, verdicts, worstOf, type AuditResult } from '../../audit/judge.js';
import { readDocuments } from '../../application/audit/documents.js';
import { placingOf, type CommandContext, type KeysOf } from '../../application/command.js';
import { practiceOf } from '../../application/machine.js';
import { placedFindings } from '../../application/where-the-reader-stands.js';
import { outputsOf, refuseOutputs, writeOutput, type OutputKinds } from '../../application/outputs.js';
import { blocks, refuseUnknownIds } from '../../checks/run-checks.js';
import { cleanText } from '../../clean.js';
import { exitCode, type ExitCode } from '../../exit-code.js';
import { readAtMost } from '../../limited-file.js';
import { Problem, usageProblem } from '../../problem.js';
import { report, type Report } from '../../run/report.js';
import { auditPage } from '../../show/audit-html.js';
import { auditNagios, nagiosCode } from '../../show/audit-nagios.js';
import { auditPrometheus } from '../../show/audit-prometheus.js';
import { reportDocument } from '../../show/document.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

export type AuditFormat = 'text' | 'html' | 'json' | 'nagios' | 'prometheus';

export const kinds: OutputKinds<AuditFormat> = {
  command: 'audit',
  formats: ['text', 'html', 'json', 'nagios', 'prometheus'],
  byEnding: { '.html': 'html', '.htm': 'html', '.json': 'json', '.prom': 'prometheus' },
};

export const everyAuditCheck = [...fileChecks, ...auditChecks];

const defaultMaxAgeMs = 26 * 3_600_000;
const defaultMinDays = 30;

const verdict = z.enum(verdicts);

export const mergedSchema = z
  .strictObject({
    comparedAt: z.string(),
    maxAgeSeconds: z.number(),
    worst: verdict,
    counts: z.strictObject({
      critical: z.number(),
      unknown: z.number(),
      warning: z.number(),
      ok: z.number(),
    }),
    computers: z
      .array(
        z.strictObject({
          name: z.string().describe('the subject of its findings'),
          role: z.enum(['dpm-server', 'protected-computer', 'unknown', 'file']),
          verdict,
          readAt: z.string().nullable(),
          listedBy: z.array(z.string()),
          version: z.string().nullable(),
          mode: z.enum(['ntlm', 'certificate']).nullable(),
          certificateEnds: z.string().nullable(),
          passwordExpires: z.string().nullable(),
          restartPending: z.boolean().nullable(),
        }),
      )
      .describe('worst first'),
  })
  .describe('with --merge');

const merged = (result: AuditResult): z.infer<typeof mergedSchema> => ({
  comparedAt: result.input.now.toISOString(),
  maxAgeSeconds: result.input.maxAgeMs / 1_000,
  worst: worstOf(result),
  counts: {
    critical: countOf(result, 'critical'),
    unknown: countOf(result, 'unknown'),
    warning: countOf(result, 'warning'),
    ok: countOf(result, 'ok'),
  },
  computers: result.computers.map(({ name, role, verdict: of, document, listedBy }) => ({
    name,
    role,
    verdict: of,
    readAt: document?.readAt ?? null,
    listedBy: [...listedBy],
    version: document?.version.value ?? null,
    mode: document?.protectedComputer?.mode.value ?? null,
    certificateEnds: (document && effectiveOf(certificatesOf(document, result.input.now))?.notAfter) ?? null,
    passwordExpires: document?.protectedComputer?.account.value?.passwordExpiresAt ?? null,
    restartPending: document?.restart.pending ?? null,
  })),
});

/** Files with another part in the run than that of a document. */
const besides = ({ roster, answers }: CommandContext<Keys>['answers']): readonly string[] =>
  [roster, answers].filter((path) => path !== undefined);

const rosterOf = (path: string | undefined): readonly string[] | null => {
  if (path === undefined) return null;
  let bytes: Buffer | null;
  try {
    bytes = readAtMost(path, maxInventoryBytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw usageProblem(`The roster ${cleanText(path)} cannot be read (${code}).`);
  }
  if (bytes === null) throw usageProblem(`The roster ${cleanText(path)} is larger than 4 MB.`);
  return parseInventory(bytes, path).map(({ psName }) => psName);
};

const inputOf = ({ answers, positional }: CommandContext<Keys>): MergeInput => {
  const roster = rosterOf(answers.roster);
  if (positional.length === 0 && roster === null) {
    throw usageProblem(
      'No audit document was named.',
      'Name documents or folders: dpm-prep audit --merge FOLDER --roster inventory.csv',
    );
  }
  return {
    received: readDocuments(positional, besides(answers)),
    roster,
    now: new Date(),
    maxAgeMs: answers.maxAge ?? defaultMaxAgeMs,
    minDays: answers.minDays ?? defaultMinDays,
    rehearsal: answers.rehearse === true || answers.world !== undefined,
  };
};

/** What came of the last comparison, for `print`, which gets the report alone. */
const shown = new WeakMap<object, AuditResult>();

export const resultIn = (data: unknown): AuditResult | undefined =>
  typeof data === 'object' && data !== null ? shown.get(data) : undefined;

export const documentText = (
  format: Exclude<AuditFormat, 'text'>,
  result: AuditResult,
  whole: Report,
  version: string,
): string => {
  switch (format) {
    case 'html':
      return auditPage(result, version);
    case 'json':
      return JSON.stringify(reportDocument(whole, version), null, 2);
    case 'nagios':
      return auditNagios(result);
    case 'prometheus':
      return auditPrometheus(result);
  }
};

const compare = async (context: CommandContext<Keys>): Promise<Report> => {
  const { answers, spec, version, whereabouts } = context;
  const outputs = outputsOf(answers, kinds);
  refuseUnknownIds(answers.ignore ?? [], everyAuditCheck);
  const input = inputOf(context);
  // What is in a named folder is known only now.
  refuseOutputs(outputs, [...input.received.map(({ file }) => file), ...besides(answers)]);
  if (answers.world !== undefined) whereabouts.practice = await practiceOf(answers.world);
  const judged = judgeFleet(input, answers.ignore);
  const placing = placingOf(context);
  const result: AuditResult = {
    ...judged,
    computers: judged.computers.map((computer) => ({
      ...computer,
      findings: placedFindings(computer.findings, placing),
    })),
  };
  const findings = result.computers.flatMap((computer) => computer.findings);
  const stops = findings.some(
    (finding) =>
      blocks(finding, answers.strict) || (!finding.ignored && finding.status === 'could-not-check'),
  );
  const data = { merged: merged(result) };
  shown.set(data, result);
  const whole = report({
    command: spec.name,
    rehearsal: result.input.rehearsal,
    exitCode: stops ? exitCode.checkFailed : exitCode.done,
    findings,
    data,
  });
  for (const { format, path } of outputs.files) {
    writeOutput(path, documentText(format, result, whole, version));
  }
  const written = outputs.files.map(({ path, format }) => `${cleanText(path)} is written (${format}).`);
  const code: ExitCode = outputs.screen === 'nagios' ? nagiosCode[worstOf(result)] : whole.exitCode;
  return { ...whole, exitCode: code, notes: written };
};

/** Compares the named documents. For Nagios, what cannot be compared is unknown (3), not one of dpm-prep's own codes. */
export const mergeDocuments = async (context: CommandContext<Keys>): Promise<Report> => {
  try {
    return await compare(context);
  } catch (error) {
    if (!(error instanceof Problem) || context.answers.format?.includes('nagios') !== true) throw error;
    return report({
      command: context.spec.name,
      exitCode: exitCode.checkFailed,
      data: {},
      problem: { what: error.message, fix: [...error.fix], dpmErrors: [...error.dpmErrors] },
    });
  }
};
