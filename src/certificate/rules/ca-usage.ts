import { microsoft } from '../../dpm/source.js';
import type { CertificateFacts } from '../facts.js';
import { called, couldNotCheck, failWith, notApplicable, pass, type Rule } from './rule.js';
import { allows, neededUsages, usagesText } from './usage.js';

const listOf = ({ extendedKeyUsage, applicationPolicies }: CertificateFacts): string => {
  return usagesText([...new Set([...(extendedKeyUsage ?? []), ...(applicationPolicies ?? [])])]);
};

export const caUsage: Rule = {
  id: 'ca-usage',
  title: 'Usages that the CAs allow',
  required:
    'Each CA of the chain that has an Enhanced Key Usage allows Client Authentication and Server Authentication.',
  source: microsoft('CERT_USAGE_MATCH structure; CERT_TRUST_IS_NOT_VALID_FOR_USAGE'),
  severity: 'error',
  prevents: [33234, 33301],
  run: ({ chain, selfSigned }) => {
    if (selfSigned === true) return notApplicable('The certificate is its own root; see not-self-signed.');
    const authorities = chain.links.slice(1).map(({ certificate }) => certificate);
    const judged = authorities.map((certificate) => ({
      certificate,
      refused: neededUsages.filter(({ id }) => allows(certificate, id) === 'no'),
      unclear: neededUsages.filter(({ id }) => allows(certificate, id) === 'unclear'),
    }));
    const faults = judged
      .filter(({ refused }) => refused.length > 0)
      .map(({ certificate, refused }) => ({
        text: `${called(certificate)} allows ${listOf(certificate)}, but not ${refused.map(({ name }) => name).join(' or ')}.`,
        windows: 'CERT_E_WRONG_USAGE' as const,
      }));
    if (faults.length > 0) {
      return failWith(
        faults,
        'Request the certificate from a CA that is not limited to other usages. A usage counts only if every CA of the chain allows it.',
      );
    }
    const unclear = judged.filter((each) => each.unclear.length > 0);
    if (unclear.length > 0) {
      return couldNotCheck(
        `${unclear.map(({ certificate }) => called(certificate)).join(' and ')}: Enhanced Key Usage and Microsoft's application policies differ, and which of them Windows uses is not documented.`,
        'Check it on Windows with: certutil -verify CERTIFICATE.cer',
      );
    }
    return pass('Every CA of the chain allows both usages.');
  },
};
