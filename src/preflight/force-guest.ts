import { fail, notApplicable, pass } from '../checks/verdict.js';
import { inferred } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const forceGuest: PreflightCheck = {
  id: 'force-guest',
  title: 'Local accounts as guests',
  required:
    'Local accounts that log on over the network are authenticated as themselves (Classic), not as guests.',
  source: inferred('The name of error 32699, SetDpmServerForceGuestEnabled'),
  severity: 'error',
  prevents: [32699],
  run: async (subject) => {
    if (subject.facts.method === 'certificate') return notApplicable('Only NTLM authentication needs it.');
    return (await subject.registry('forceGuest')) === 1
      ? fail(
          'ForceGuest is 1: local accounts are treated as guests.',
          'Local Security Policy > Local Policies > Security Options > "Network access: Sharing and security model for local accounts": Classic.',
        )
      : pass('Local accounts are authenticated as themselves.');
  },
};
