import type { Verdict } from '../checks/check.js';
import { couldNotCheck, notApplicable, pass, warn } from '../checks/verdict.js';
import { inferred, microsoft } from '../dpm/source.js';
import { sameName } from '../dpm/names.js';
import type { PreflightCheck } from './subject.js';

/** The registry's word for a domain controller, of either kind. */
const controller = 'LanmanNT';

const onAController =
  'A domain controller has no local accounts, and what SetDpmServer -isNonDomainServer does there is not documented.';
const trusted = 'In a trusted domain, SetDpmServer creates its groups in Active Directory.';
const groupsFirst =
  'For a read-only domain controller, Microsoft documents groups that are created on the primary domain controller first ("Deploy the DPM protection agent").';
const tryIt = 'Try it on a test domain controller first. Certificate authentication needs no local account.';

const writableOne = warn(`This computer is a domain controller. ${onAController}`, trusted, tryIt);

const readOnlyOne = warn(
  `This computer is a read-only domain controller (RODC). ${onAController}`,
  groupsFirst,
  'A read-only domain controller cannot create those groups itself, so SetDpmServer may fail on it: this is inferred, not documented.',
  tryIt,
);

const ofEitherKind = (problem: string | null): Verdict =>
  warn(
    `This computer is a domain controller. Whether it is read-only could not be read (${problem ?? 'no reason was given'}). ${onAController}`,
    trusted,
    groupsFirst,
    tryIt,
  );

export const domainController: PreflightCheck = {
  id: 'domain-controller',
  title: 'Domain controller',
  required:
    'The computer is not a domain controller: how SetDpmServer -isNonDomainServer works on one, read-only or not, is not documented.',
  source: inferred(
    'Microsoft documents the agent on a domain controller only for trusted domains (KB 970090; "Deploy the DPM protection agent", RODC)',
  ),
  severity: 'error',
  prevents: [],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('Only the protected computers need it.');
    const kind = await subject.registry('productType');
    if (typeof kind !== 'string')
      return couldNotCheck('The kind of Windows could not be read (ProductType).');
    if (kind !== controller) return pass('This computer is not a domain controller.');
    const { readOnly, problem } = await subject.ask('domain-controller', {});
    return readOnly === null ? ofEitherKind(problem) : readOnly ? readOnlyOne : writableOne;
  },
};

export const disjointNamespace: PreflightCheck = {
  id: 'disjoint-namespace',
  title: 'DNS suffix and domain',
  required: 'The primary DNS suffix is the name of the domain: DPM does not support disjoint namespaces.',
  source: microsoft('Prepare your environment for DPM'),
  severity: 'error',
  prevents: [],
  run: async (subject) => {
    const { membership, membershipName, fqdn } = await subject.computer();
    if (membership !== 'domain') return notApplicable('This computer is not in a domain.');
    const suffix = fqdn?.split('.').slice(1).join('.') ?? '';
    // A NetBIOS name of the domain says nothing about its DNS name.
    if (suffix === '' || !membershipName?.includes('.')) {
      return notApplicable('The DNS name of the domain could not be read.');
    }
    return sameName(suffix, membershipName)
      ? pass(`The DNS suffix ${suffix} is that of the domain.`)
      : warn(
          `The primary DNS suffix is ${suffix}, and the domain is ${membershipName}. DPM does not support disjoint namespaces.`,
          'Set the primary DNS suffix to the name of the domain, or ask Microsoft whether this computer can be protected.',
        );
  },
};
