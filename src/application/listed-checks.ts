import type * as z from 'zod';
import { listRules } from '../certificate/index.js';
import type { Check } from '../checks/check.js';
import type { listedCheckSchema } from '../checks/finding-schema.js';
import { refuseUnknownIds } from '../checks/run-checks.js';

/** What --list-checks and the documents show of a check. */
export type ListedCheck = Pick<
  Check<never>,
  'id' | 'title' | 'required' | 'source' | 'severity' | 'prevents'
>;

/**
 * An answer file serves several commands, so it may name checks that this one does not make. Most runs ignore nothing, and
 * the checks of the computer take time to load. Throws a Problem (exit 2) for an id that no check has.
 */
export const refuseUnknownChecks = async (ignore: readonly string[] = []): Promise<void> => {
  const rules = listRules();
  if (ignore.every((id) => rules.some((rule) => rule.id === id))) return;
  const { preflightChecks } = await import('../preflight/index.js');
  refuseUnknownIds(ignore, [...preflightChecks, ...rules]);
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
