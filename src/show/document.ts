import type * as z from 'zod';
import type { Immutable } from '../immutable.js';
import { reportSchemaVersion, type Report } from '../run/report.js';
import type { reportDocumentSchema } from './document-schema.js';

type ReportDocument = Immutable<z.infer<typeof reportDocumentSchema>>;

/** The report as its JSON document. */
export const reportDocument = (report: Report, version: string): ReportDocument => ({
  schemaVersion: reportSchemaVersion,
  program: { name: 'dpm-prep', version },
  ...(report.rehearsal ? { notice: 'REHEARSAL' } : {}),
  ...report,
});
