import * as z from 'zod';
import type { Immutable } from '../immutable.js';
import { reportSchema, reportSchemaVersion, type Report } from '../run/report.js';

/** The one JSON document that --json prints. `data` is particular to each command. */
export const reportDocumentSchema = z.strictObject({
  schemaVersion: z.literal(reportSchemaVersion),
  program: z.strictObject({ name: z.literal('dpm-prep'), version: z.string() }),
  notice: z.literal('REHEARSAL').optional(),
  ...reportSchema.shape,
});

type ReportDocument = Immutable<z.infer<typeof reportDocumentSchema>>;

/** The report as its JSON document. */
export const reportDocument = (report: Report, version: string): ReportDocument => ({
  schemaVersion: reportSchemaVersion,
  program: { name: 'dpm-prep', version },
  ...(report.rehearsal ? { notice: 'REHEARSAL' } : {}),
  ...report,
});
