import * as z from 'zod';
import { listRules } from '../certificate/index.js';
import { findingSchema, sourceSchema, type Check } from '../checks/check.js';
import { refuseUnknownIds } from '../checks/run-checks.js';
import { preflightChecks } from '../preflight/index.js';

/** What --list-checks and the documents show of a check. */
export type ListedCheck = Pick<
  Check<never>,
  'id' | 'title' | 'required' | 'source' | 'severity' | 'prevents'
>;

/** Every check that there is: of the computer, and of a certificate. --ignore takes the ids of both. */
const everyCheck = (): readonly ListedCheck[] => [...preflightChecks, ...listRules()];

/** An answer file serves several commands, so it may name checks that this one does not make. */
export const refuseUnknownChecks = (ignore: readonly string[] = []): void => {
  refuseUnknownIds(ignore, everyCheck());
};

/** A check as it stands in a JSON document. */
export const checkRow = ({
  id,
  title,
  required,
  source,
  severity,
  prevents,
}: ListedCheck): z.infer<typeof listedCheckSchema> => ({
  id,
  title,
  required,
  source,
  severity,
  ...(prevents === undefined ? {} : { prevents: [...prevents] }),
});

export const listedCheckSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  required: z.string(),
  source: sourceSchema,
  severity: findingSchema.shape.severity,
  prevents: z.array(z.number()).optional(),
});
