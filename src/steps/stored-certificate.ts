import type { Machine } from '../machine/machine.js';
import type { Answer } from '../machine/questions.js';
import type { Verification } from './step.js';

type Stored = Answer<'certificates'>['certificates'][number];

/** The certificate in LocalMachine\\My, where DPM looks. */
export const stored = async (machine: Machine, thumbprint: string): Promise<Stored | null> => {
  const { certificates } = await machine.ask('certificates', { stores: ['LocalMachine\\My'], thumbprint });
  return certificates[0] ?? null;
};

/** What DPM would refuse in the store, as a sentence; null if nothing. */
export const complaint = (certificate: Stored): string | null => {
  if (!certificate.hasPrivateKey) return 'it has no private key in that store';
  if (certificate.keySpec === 'cng') return 'its key is a CNG key (ID 33233)';
  if (certificate.keySpec === 'signature') return 'its key has the type signature, not exchange (ID 33234)';
  return null;
};

/** Why it cannot be seen that the store holds what DPM needs, as a sentence; null: it can be seen. */
export const unseen = (certificate: Stored): string | null =>
  certificate.hasPrivateKey && certificate.keySpec === null
    ? (certificate.keyError ?? 'Windows did not give the type of the key.')
    : null;

/** Provider, key type and trust of a stored certificate, as a line. */
export const described = (certificate: Stored): string => {
  const provider = certificate.provider ?? 'a provider that could not be read';
  const spec = certificate.keySpec ?? 'key type that could not be read';
  const root =
    certificate.rootTrusted === true
      ? 'its root is in LocalMachine\\Root'
      : certificate.rootTrusted === false
        ? 'its root is NOT in LocalMachine\\Root'
        : 'whether its root is trusted is unknown';
  const exportable =
    certificate.exportable === null
      ? 'whether its key is exportable is unknown'
      : certificate.exportable
        ? 'exportable'
        : 'not exportable';
  return `${provider}, ${spec}, ${exportable}, ${root}`;
};

/** Whether LocalMachine\\My holds the certificate as DPM needs it. */
export const judgeStored = (thumbprint: string, certificate: Stored | null): Verification => {
  if (!certificate) return { state: 'not-verified', found: `LocalMachine\\My does not hold ${thumbprint}` };
  const problem = complaint(certificate);
  if (problem !== null)
    return { state: 'not-verified', found: `LocalMachine\\My holds ${thumbprint}, but ${problem}` };
  const question = unseen(certificate);
  if (question !== null) {
    return {
      state: 'could-not-verify',
      found: `LocalMachine\\My holds ${thumbprint} with a private key, but its type is unknown: ${question}`,
      fix: [`See the type with: certutil -v -store My ${thumbprint} (wanted: KeySpec = 1 -- AT_KEYEXCHANGE)`],
      facts: { thumbprint },
    };
  }
  return {
    state: 'verified',
    found: `LocalMachine\\My holds ${thumbprint} with its private key: ${described(certificate)}.`,
    facts: { thumbprint },
  };
};
