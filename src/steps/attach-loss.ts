import { sameName } from '../dpm/names.js';
import type { ProtectedComputer } from '../machine/questions.js';
import type { Loss } from './attach-record.js';
import type { ListedComputers } from './protected-computers.js';
import type { Verification } from './step.js';

/** The command that attaches a lost computer again. */
const attachAgain = (name: string, record: ProtectedComputer | undefined): string =>
  record?.authentication === 'ntlm'
    ? `Attach ${name} again: dpm-prep attach --ps-name ${name} --user-name <its account>`
    : `Attach ${name} again: dpm-prep attach --handover ${name}.handover.json`;

/** What to do after computers left the list. `file`: the credential file that was used, or null. */
export const lossAdvice = (
  names: readonly string[],
  file: string | null,
  records: readonly ProtectedComputer[] = [],
): readonly string[] => [
  file === null
    ? 'Do not run this attach again.'
    : `Do not run this attach again, and do not use ${file} again: dpm-prep refuses it on this DPM server from now on.`,
  'Keep the DPM server and its protection groups as they are.',
  ...names.map((name) =>
    attachAgain(
      name,
      records.find(({ serverName }) => serverName === name),
    ),
  ),
  ...(file === null
    ? []
    : [`Compare ${file} with the DPM server's own .bin, and find out where it came from.`]),
];

export const lossText = (dpmServerName: string, names: readonly string[]): string =>
  `COMPUTERS ARE MISSING from the list of ${dpmServerName} that were there before this attach: ${names.join(', ')}.`;

export interface LossInput {
  readonly dpmServerName: string;
  /** The computer that was attached: its own record may be replaced, and be missing for a while. */
  readonly psName: string;
  /** The credential file that the attach was given; null: NTLM. */
  readonly file: { readonly path: string; readonly sha256: string | null } | null;
}

/** The verdict where computers left the list between two looks at it; null: all are still there. */
export const judgeLoss = (
  { dpmServerName, psName, file }: LossInput,
  before: ListedComputers,
  now: ListedComputers,
): Verification | null => {
  const names = now.missingOf(before.names);
  if (names.length === 0) return null;
  const loss: Loss = { sha256: file?.sha256 ?? null, names };
  return {
    state: 'not-verified',
    harm: true,
    found: lossText(dpmServerName, names),
    fix: lossAdvice(names, file?.path ?? null, before.all),
    facts: { loss },
    ...(names.every((name) => sameName(name, psName)) ? { mayStillAppear: true } : {}),
  };
};
