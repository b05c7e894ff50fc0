import * as z from 'zod';
import type { ProcessMark } from './living-process.js';

/** A ProcessMark as it was written to a file. Apart from the functions: the keeper loads those alone. */
export const processMarkSchema = z.strictObject({
  processId: z.number().int().positive(),
  host: z.string().max(255),
  uptime: z.number().nonnegative(),
  start: z.string().max(100).nullable(),
}) satisfies z.ZodType<ProcessMark>;
