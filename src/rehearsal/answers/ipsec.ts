import { faulty, type Answerer } from './answer.js';

export const ipsec: Answerer<'ipsec'> = (asked) => ({
  assignedPolicies: [],
  connectionRules: faulty(asked, 'ipsec-required')
    ? [{ name: 'Practice isolation', enabled: true, inbound: 'require', outbound: 'require' }]
    : [],
});
