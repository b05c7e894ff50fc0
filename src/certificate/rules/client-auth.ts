import { judgeUsage } from './extended-key-usage.js';
import { requirements, type Rule } from './rule.js';

export const clientAuth: Rule = {
  id: 'client-auth',
  title: 'Client Authentication',
  required: 'Enhanced Key Usage has Client Authentication.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: (subject) => judgeUsage(subject, 'Client Authentication', '1.3.6.1.5.5.7.3.2'),
};
