import { explainText } from '../dpm/explain.js';
import { endedWell } from '../machine/ended-well.js';
import type { CommandResult } from '../machine/machine.js';
import type { AttachedWith } from './attach-record.js';
import type { ListedComputers, Lookup } from './protected-computers.js';
import type { Verification } from './step.js';

interface Attach {
  readonly psName: string;
  readonly method: AttachedWith['method'];
  readonly before: ListedComputers | undefined;
  readonly now: ListedComputers;
  readonly result: CommandResult;
}

const methodName = { ntlm: 'NTLM', certificate: 'certificate' } as const;

const complains = (result: CommandResult): boolean =>
  !endedWell(result) || explainText(result.output.join('\n')).seen.length > 0;

/**
 * Why a record in the list is not that of this attach; null: it may be. Where the computer was listed before, the list
 * shows nothing of this attach, so a script that complains is believed.
 */
export const otherAttach = ({ psName, method, before, now, result }: Attach): Verification | null => {
  const { computer } = now.find(psName);
  if (computer === null) return null;
  const { authentication } = computer;
  if (authentication !== null && authentication !== method) {
    return {
      state: 'not-verified',
      found: `${now.dpmServerName} lists ${psName} by ${methodName[authentication]}, not by ${methodName[method]}`,
    };
  }
  if (!complains(result) || before === undefined || before.find(psName).computer === null) return null;
  return {
    state: 'not-verified',
    found: `${now.dpmServerName} lists ${psName} as it did before this attach, so the list does not show that the attach worked`,
    fix: [`Fix what the script reports, then attach ${psName} again.`],
  };
};

/** The list does not show the computer after the attach. DPM may know it by another name than the one that was given. */
export const notListed = ({ text, similar }: Lookup): Verification => ({
  state: 'not-verified',
  found: text,
  ...(similar === null
    ? {}
    : { fix: [`If ${similar} is this computer, use that name on both computers: --ps-name ${similar}`] }),
});
