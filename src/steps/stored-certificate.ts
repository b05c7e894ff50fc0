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
  if (!certificate.hasPrivateKey) return 'it has no private key there';
  if (certificate.keySpec === 'cng') return 'its key is a CNG key there (33233)';
  if (certificate.keySpec === 'signature')
    return 'its key is of the type signature there, not exchange (33234)';
  return null;
};

/** Provider, key type and trust of a stored certificate, as a line. */
export const described = (certificate: Stored): string => {
  const provider = certificate.provider ?? 'a provider that could not be read';
  const spec = certificate.keySpec ?? 'key type that could not be read';
  const root =
    certificate.rootTrusted === true
      ? 'its root is in LocalMachine\\Root'
      : certificate.rootTrusted === false
        ? 'its root is NOT in LocalMachine\\Root'
        : 'whether its root is trusted could not be asked';
  return `${provider}, ${spec}, ${certificate.exportable === false ? 'not exportable' : 'exportable'}, ${root}`;
};

/** Whether LocalMachine\\My holds the certificate as DPM needs it. */
export const judgeStored = (thumbprint: string, certificate: Stored | null): Verification => {
  if (!certificate) return { state: 'not-verified', found: `LocalMachine\\My does not hold ${thumbprint}` };
  const problem = complaint(certificate);
  if (problem !== null)
    return { state: 'not-verified', found: `LocalMachine\\My holds ${thumbprint}, but ${problem}` };
  return {
    state: 'verified',
    found: `LocalMachine\\My holds ${thumbprint} with its private key: ${described(certificate)}.`,
    facts: { thumbprint },
  };
};
