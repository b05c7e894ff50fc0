import type { CertificateFacts } from '../facts.js';
import { called, chainEngine, couldNotCheck, failWith, notApplicable, pass, type Rule } from './rule.js';

const anyPolicy = '2.5.29.32.0';

/** True if some policy is in every certificate. Any policy stands for all of them. */
const sharePolicy = (certificates: readonly CertificateFacts[]): boolean => {
  const limited = certificates
    .map((certificate) => certificate.policies ?? [])
    .filter((list) => !list.includes(anyPolicy));
  const [first, ...rest] = limited;
  return first === undefined || first.some((policy) => rest.every((list) => list.includes(policy)));
};

/** The CA whose constraint asks for a policy at the end of this chain. `path`: from below the root down. */
const asking = (path: readonly CertificateFacts[]): CertificateFacts | undefined =>
  path.find((certificate, index) => {
    const skip = certificate.policyConstraints?.requireExplicit ?? null;
    return skip !== null && path.length - 1 - index >= skip;
  });

export const policies: Rule = {
  id: 'policies',
  title: 'Policy constraints',
  required: 'The certificate has the policies that the policy constraints of its CAs require.',
  source: chainEngine,
  severity: 'error',
  prevents: [33234, 33301],
  run: ({ chain, selfSigned }) => {
    if (selfSigned === true) return notApplicable('The certificate is its own root; see not-self-signed.');
    const down = chain.links.map(({ certificate }) => certificate).reverse();
    // A policy constraint of the root counts as well, to be on the safe side.
    const constrained = down.filter(({ policyConstraints }) => policyConstraints !== null);
    const mapping = down.filter(({ mapsPolicies }) => mapsPolicies);
    if (constrained.length === 0 && mapping.length === 0) {
      return notApplicable('No CA of the chain has policy constraints or policy mappings.');
    }
    const special = [...mapping, ...down.filter(({ inhibitsAnyPolicy }) => inhibitsAnyPolicy)];
    if (special.length > 0) {
      return couldNotCheck(
        `${special.map((each) => called(each)).join(' and ')}: dpm-prep does not evaluate policy mappings and inhibitAnyPolicy.`,
        'Check it on Windows with: certutil -verify CERTIFICATE.cer',
      );
    }
    const authority = asking(down);
    const path = chain.end === 'root' ? down.slice(1) : down;
    if (authority !== undefined && !sharePolicy(path)) {
      return failWith(
        [
          {
            text: `${called(authority)} requires a certificate policy, and no policy is in every certificate of the chain.`,
            windows: 'CERT_E_INVALID_POLICY',
          },
        ],
        'Request the certificate with a policy that every CA of the chain has (in a template: Issuance Policies).',
      );
    }
    return pass('The policies agree with the policy constraints of the CAs.');
  },
};
