import * as z from 'zod';
import { sourceSchema } from '../checks/finding-schema.js';
import type { CommandResult } from '../machine/machine.js';
import type { Side } from '../steps/step.js';

export const sideSchema = z.enum(['protected-computer', 'dpm-server']) satisfies z.ZodType<Side>;

/** What came of one step: what was found, what was done, what the computer shows afterwards. */
export const stepReportSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  side: sideSchema,
  source: sourceSchema,
  command: z.string().describe('the documented command line'),
  state: z.enum([
    'already-done',
    'done',
    'done-unverified',
    'planned',
    'failed',
    'not-verified',
    'refused',
    'not-reached',
  ]),
  changed: z
    .boolean()
    .describe('true if the command was started: the computer may differ from before, even if it failed'),
  found: z.strictObject({ state: z.enum(['done', 'not-done', 'unknown']), text: z.string() }).nullable(),
  did: z
    .strictObject({
      ending: z.enum(['ended', 'no-end', 'refused']) satisfies z.ZodType<CommandResult['ending']>,
      exitCode: z.number().nullable(),
      elapsedMs: z.number(),
      output: z.array(z.string()),
      error: z.string().nullable(),
    })
    .nullable(),
  verified: z
    .strictObject({ state: z.enum(['verified', 'not-verified', 'could-not-verify']), text: z.string() })
    .nullable(),
  restartRequired: z.boolean(),
  fix: z.array(z.string()).describe('what to do about it, where it went wrong'),
});
