import { checkProblem } from '../../problem.js';
import type { Journal } from '../../run/journal.js';
import type { ListedComputers } from '../../steps/protected-computers.js';
import { lastAttachOf } from './history.js';

type Method = 'ntlm' | 'certificate';

const words: Record<Method, string> = { ntlm: 'NTLM', certificate: 'certificates' };

/**
 * How the DPM server protects a computer that it lists; null: it does not list it, or that is not known. No property of
 * DPM's objects is documented to tell, so where none does, the last attach that was seen here counts.
 */
export const methodOfListed = (
  listed: ListedComputers,
  journal: Journal | null,
  psName: string,
): Method | null => {
  const { computer } = listed.find(psName);
  if (computer === null) return null;
  return computer.authentication ?? lastAttachOf(journal, psName)?.method ?? null;
};

export interface WantedMethod {
  readonly listed: ListedComputers;
  readonly journal: Journal | null;
  readonly psName: string;
  readonly method: Method;
}

/** A computer that is listed by the other method must be removed, and its agent uninstalled, before it is attached by this. */
export const refuseOtherMethod = ({ listed, journal, psName, method }: WantedMethod): void => {
  const before = methodOfListed(listed, journal, psName);
  if (before === null || before === method) return;
  throw checkProblem(
    `The DPM server lists ${psName} with ${words[before]}, but this run attaches it with ${words[method]}. Nothing was changed.`,
    before === 'ntlm'
      ? `Switch it: dpm-prep switch-auth --plan ${psName}.switch.json --ps-name ${psName}`
      : `Remove it from the DPM server, uninstall its agent, and begin again with NTLM.`,
  );
};
