import type * as z from 'zod';
import type { Immutable } from '../immutable.js';
import type { certificateSummarySchema } from './summary-schema.js';

export type CertificateSummary = Immutable<z.infer<typeof certificateSummarySchema>>;
