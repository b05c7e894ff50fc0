import * as z from 'zod';
import type { ChainFacts, ChainLink, KeySpec } from './facts.js';

/** What a report says about a certificate. */
export const certificateSummarySchema = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  thumbprint: z.string(),
  keyId: z.string().describe('SHA-256 over the public key, lower-case hexadecimal: equal for equal keys'),
  serialNumber: z.string(),
  notBefore: z.string().nullable(),
  notAfter: z.string().nullable(),
  publicKey: z.strictObject({ algorithm: z.string(), bits: z.number().nullable() }),
  hasPrivateKey: z.boolean(),
  provider: z.string().nullable(),
  keySpec: (z.enum(['exchange', 'signature', 'cng']) satisfies z.ZodType<KeySpec>).nullable(),
  root: z
    .strictObject({ subject: z.string(), thumbprint: z.string() })
    .nullable()
    .describe('null where the chain does not reach a root'),
  chain: z.strictObject({
    end: z.enum(['root', 'no-issuer', 'too-long']) satisfies z.ZodType<ChainFacts['end']>,
    trust: z.enum(['listed', 'not-listed', 'by-windows', 'not-by-windows', 'no-list']) satisfies z.ZodType<
      ChainFacts['trust']
    >,
    links: z
      .array(
        z.strictObject({
          subject: z.string(),
          thumbprint: z.string(),
          notAfter: z.string().nullable(),
          signature: (
            z.enum(['good', 'bad', 'unverifiable']).nullable() satisfies z.ZodType<ChainLink['signature']>
          ).describe('by the next one; null: there is none'),
        }),
      )
      .describe('the certificate first'),
  }),
});
