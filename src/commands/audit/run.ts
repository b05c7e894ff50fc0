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
import { cleanText } from '../../clean.js';
import type { Immutable } from '../../immutable.js';
import { report, type Report } from '../../run/report.js';
import { auditLines } from '../../show/audit-text.js';
import { printReport } from '../../show/report-text.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const dataSchema = z.strictObject({
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

const run: CommandModule<Keys>['run'] = async (context) => ofThisComputer(context);

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const { document } = result.data as Data;
    printReport(result, screen, document === undefined ? [] : auditLines(document));
  },
} satisfies CommandModule<Keys>;
