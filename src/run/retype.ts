import { endedWell } from '../machine/ended-well.js';
import type { CommandResult } from '../machine/machine.js';
import type { Verification } from '../steps/step.js';
import { dpmErrorIds, knownErrors } from './known-errors.js';

/**
 * Whether typing the password again can help after a failure at the tool's own prompt. `unseen`: only the person saw what the tool
 * said there.
 */
export type Retype = 'helps' | 'unseen' | 'useless';

/** Errors that a password typed correctly, or a better one, gets past. */
const passwordErrors: ReadonlySet<number> = new Set([32680, 32688, 32694, 32695]);

/** Windows' own words for a password that it refuses. */
const refusedPassword =
  /passwords? (?:do(?:es)? not|don't) (?:match|meet)|passwords? differ|password is (?:incorrect|invalid|too short)|user name or password is incorrect|logon failure|\b(?:1326|2245)\b/i;

/** What the tool said decides. Where nobody but the person saw it, what the tool and the computer show can still rule it out. */
export const retypeAfter = (result: CommandResult, verification: Verification): Retype => {
  const said = [...result.output, result.error ?? ''].filter((line) => line.trim() !== '');
  const ids = dpmErrorIds(knownErrors(said));
  if (ids.length > 0) return ids.some((id) => passwordErrors.has(id)) ? 'helps' : 'useless';
  if (refusedPassword.test(said.join('\n'))) return 'helps';
  // A tool that refuses a password complains, and a step that names a cause knows what must be fixed first.
  const ruledOut =
    said.length > 0 ||
    result.ending !== 'ended' ||
    result.exitCode === null ||
    endedWell(result) ||
    (verification.fix ?? []).length > 0;
  return ruledOut ? 'useless' : 'unseen';
};
