import { couldNotCheck, pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const ipsec: PreflightCheck = {
  id: 'ipsec',
  title: 'IPsec',
  required:
    'IPsec does not block the communication. It is configured on both computers or on neither, and the DPM server has an exception for workgroup computers.',
  source: errorTable(300, 316),
  severity: 'error',
  prevents: [300, 316],
  run: async (subject) => {
    const { assignedPolicies, connectionRules } = await subject.ask('ipsec', {});
    if (assignedPolicies === null && connectionRules === null) {
      return couldNotCheck('The IPsec policies could not be read.');
    }
    const requiring = (connectionRules ?? []).filter(
      (rule) => rule.enabled && (rule.inbound === 'require' || rule.outbound === 'require'),
    );
    const names = [...(assignedPolicies ?? []), ...requiring.map(({ name }) => name)];
    if (names.length === 0) return pass('No assigned IPsec policy requires security.');
    return warn(
      `IPsec may block the other computer: ${names.join(', ')}.`,
      'Configure IPsec on both computers or on neither.',
      'On the DPM server, add an exception for workgroup computers.',
    );
  },
};
