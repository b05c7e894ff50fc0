import type { CertificateFacts } from '../facts.js';

/** The usages that DPM needs, as the page lists them. */
export const neededUsages = [
  { name: 'Client Authentication', id: '1.3.6.1.5.5.7.3.2' },
  { name: 'Server Authentication', id: '1.3.6.1.5.5.7.3.1' },
] as const;

/** Usages for people: those that DPM needs by name, any other by its object identifier. */
export const usagesText = (usages: readonly string[]): string =>
  usages.length === 0
    ? 'no usage'
    : usages.map((usage) => neededUsages.find(({ id }) => id === usage)?.name ?? usage).join(', ');

export const anyUsage = '2.5.29.37.0';
const anyApplicationPolicy = '1.3.6.1.4.1.311.10.12.1';

const names = (list: readonly string[], usage: string): boolean =>
  list.some((each) => each === usage || each === anyUsage || each === anyApplicationPolicy);

/**
 * Whether a certificate may be used so, by its Enhanced Key Usage and by Microsoft's application policies. `unclear`: the
 * two differ.
 */
export const allows = (certificate: CertificateFacts, usage: string): 'yes' | 'no' | 'unclear' => {
  const { extendedKeyUsage, applicationPolicies, malformed } = certificate;
  if (malformed.includes('extendedKeyUsage') || malformed.includes('applicationPolicies')) return 'no';
  const answers = [extendedKeyUsage, applicationPolicies].flatMap((list) =>
    list === null ? [] : [names(list, usage)],
  );
  if (answers.every((answer) => answer)) return 'yes';
  return answers.some((answer) => answer) ? 'unclear' : 'no';
};
