import * as z from 'zod';
import { reportSchemaVersion } from '../run/report.js';
import { reportSchema } from '../run/report-schema.js';

/** The one JSON document that --json prints. `data` is particular to each command. */
export const reportDocumentSchema = z.strictObject({
  schemaVersion: z.literal(reportSchemaVersion),
  program: z.strictObject({ name: z.literal('dpm-prep'), version: z.string() }),
  notice: z.literal('REHEARSAL').optional(),
  ...reportSchema.shape,
});
