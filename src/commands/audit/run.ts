import * as z from 'zod';
import {
  auditFileName,
  auditSchema,
  parseAudit,
  serializeAudit,
  type AuditDocument,
} from '../../audit/document.js';
import { readAudit } from '../../application/audit/read.js';
import { writeAudit } from '../../application/audit/write.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts } from '../../application/facts.js';
import { requiredMachineFor } from '../../application/machine.js';
import { checkRow } from '../../application/listed-checks.js';
import { listedCheckSchema } from '../../checks/finding-schema.js';
import { outputsOf } from '../../application/outputs.js';
import { cleanText } from '../../clean.js';
import type { Immutable } from '../../immutable.js';
import { usageProblem } from '../../problem.js';
import { report, type Report } from '../../run/report.js';
import { nagiosProblem } from '../../show/audit-nagios.js';
import { auditSummary } from '../../show/audit-summary.js';
import { auditLines } from '../../show/audit-text.js';
import { checkLines } from '../../show/check-list.js';
import { printReport } from '../../show/report-text.js';
import { documentText, everyAuditCheck, kinds, mergeDocuments, mergedSchema, resultIn } from './merge.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const dataSchema = z.strictObject({
  merged: mergedSchema.optional(),
  checks: z.array(listedCheckSchema).optional().describe('with --list-checks'),
  document: auditSchema.optional().describe('what this computer shows'),
  file: z.string().nullable().optional().describe('where it was written; null: --out was not given'),
});

type Data = Immutable<z.infer<typeof dataSchema>>;

/** A document that its own reader would refuse helps nobody: that is a bug, and better found here. */
const checked = (document: AuditDocument): AuditDocument => {
  const parsed = parseAudit(serializeAudit(document));
  if (!parsed.ok) {
    const issue = auditSchema.safeParse(document).error?.issues[0];
    throw new Error(`The audit document ${parsed.problem} (${issue?.path.join('.') ?? 'text'})`);
  }
  return parsed.value;
};

const ofThisComputer = async (context: CommandContext<Keys>): Promise<Report> => {
  const { answers, screen, spec } = context;
  const machine = await requiredMachineFor(context, 'protected-computer');
  screen.passing('  Reading this computer …');
  const document = checked(
    await readAudit(context, machine, await computerFacts(machine), {
      offline: answers.offline ?? false,
      refresh: answers.refresh ?? false,
      onRefresh: (name, index, count) => {
        screen.passing(`  Asking ${cleanText(name)}, ${String(index + 1)} of ${String(count)} …`);
      },
    }),
  );
  screen.settle();
  const { out } = answers;
  if (out !== undefined) writeAudit(out, document);
  return report({
    command: spec.name,
    rehearsal: machine.rehearsal,
    computer: machine.label,
    restartRequired: document.restart.pending,
    data: { document, file: out ?? null } satisfies Data,
    notes:
      out === undefined
        ? [`Nothing was written. To write it: --out ${auditFileName(document.computer.netbiosName)}`]
        : [`${cleanText(out)} is written.`],
  });
};

const refuseMixed = ({ answers, positional }: CommandContext<Keys>): void => {
  const { merge, out, refresh, roster, maxAge, format, output } = answers;
  if (merge === true) {
    const [flag] = [out === undefined ? [] : ['--out'], refresh === true ? ['--refresh'] : []].flat();
    if (flag === undefined) return;
    throw usageProblem(
      `${flag} reads this computer, and --merge compares documents.`,
      'Run them one after the other. To write the result of --merge: --output FILE',
    );
  }
  const left = [
    ...(positional.length > 0 ? [`"${cleanText(positional[0] ?? '', 80)}"`] : []),
    ...(roster === undefined ? [] : ['--roster']),
    ...(maxAge === undefined ? [] : ['--max-age']),
    ...(format === undefined ? [] : ['--format']),
    ...(output === undefined ? [] : ['--output']),
  ];
  if (left.length === 0) return;
  throw usageProblem(
    `${left.join(', ')} belongs to the comparison of documents.`,
    'Add --merge. To write what this computer shows: dpm-prep audit --out FILE',
  );
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers, spec } = context;
  if (answers.listChecks === true) {
    return report({ command: spec.name, data: { checks: everyAuditCheck.map(checkRow) } });
  }
  refuseMixed(context);
  return answers.merge === true ? mergeDocuments(context) : ofThisComputer(context);
};

export default {
  run,
  dataSchema,
  print: (result, screen, answers, version) => {
    const { document, checks } = result.data as Data;
    if (checks) {
      screen.print(checkLines(everyAuditCheck, screen.result, screen.width).join('\n'));
      return;
    }
    if (answers.merge !== true) {
      printReport(result, screen, document === undefined ? [] : auditLines(document));
      return;
    }
    const compared = resultIn(result.data);
    if (compared === undefined) {
      screen.print(nagiosProblem(result.problem?.what ?? 'nothing was compared'));
      return;
    }
    const { screen: format } = outputsOf(answers, kinds);
    if (format === 'text') {
      // The summary has the findings in it, by computer.
      printReport({ ...result, findings: [] }, screen, auditSummary(compared, screen));
      return;
    }
    screen.print(documentText(format, compared, result, version));
    for (const note of result.notes) screen.note(note);
  },
} satisfies CommandModule<Keys>;
