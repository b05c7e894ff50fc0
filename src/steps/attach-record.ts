import type { Facts, StepRecord } from './step.js';

/** With what a computer was attached: all that the attach script was given of it. */
export type AttachedWith =
  | { readonly method: 'certificate'; readonly sha256: string }
  | { readonly method: 'ntlm'; readonly userName: string };

export const attachStepPrefix = 'attach:';

/** Step id of the attach of this computer, also of the NTLM one. */
export const attachStepId = (psName: string): string => `${attachStepPrefix}${psName}`;

export const sameAttach = (a: AttachedWith | null, b: AttachedWith): boolean => {
  if (a?.method === 'certificate' && b.method === 'certificate') return a.sha256 === b.sha256;
  if (a?.method === 'ntlm' && b.method === 'ntlm')
    return a.userName.toLowerCase() === b.userName.toLowerCase();
  return false;
};

/** The very same attach ran in an interrupted run, and its script is known to have ended well. */
export const endedUnseen = ({ started, ended, runFailed }: StepRecord): boolean =>
  started !== null && ended?.well === true && !runFailed;

export const attachFacts = (attach: AttachedWith): Facts => ({ attach });

/** The attach that a step's facts tell of, as they come back from the journal; null: none. */
export const attachOf = (facts: Facts): AttachedWith | null => {
  const attach = (facts.attach ?? {}) as Readonly<Partial<Record<'method' | 'sha256' | 'userName', unknown>>>;
  if (attach.method === 'certificate' && typeof attach.sha256 === 'string') {
    return { method: 'certificate', sha256: attach.sha256 };
  }
  return attach.method === 'ntlm' && typeof attach.userName === 'string'
    ? { method: 'ntlm', userName: attach.userName }
    : null;
};

const names = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((one): one is string => typeof one === 'string') ? value : null;

/** The computers that were listed before an attach; null: the facts say nothing of it. */
export const listedBeforeOf = (facts: Facts): readonly string[] | null => names(facts.listedBefore);

/** What an attach did harm with, and which computers left the list by it. */
export interface Loss {
  /** SHA-256 of the credential file; null: the attach was by NTLM. */
  readonly sha256: string | null;
  readonly names: readonly string[];
}

export const lossOf = (facts: Facts): Loss | null => {
  const loss = (facts.loss ?? {}) as { readonly sha256?: unknown; readonly names?: unknown };
  const lost = names(loss.names);
  return lost === null ? null : { sha256: typeof loss.sha256 === 'string' ? loss.sha256 : null, names: lost };
};

/** The facts of an attach after which the list could not be read: whether computers were lost is open. */
export const lossUnknown: Facts = { lossUnknown: true };
export const isLossUnknown = (facts: Facts): boolean => facts.lossUnknown === true;
