import { judgeUsage } from './extended-key-usage.js';
import { requirements, type Rule } from './rule.js';

export const serverAuth: Rule = {
  id: 'server-auth',
  title: 'Server Authentication',
  required: 'Enhanced Key Usage has Server Authentication.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: (subject) => judgeUsage(subject, 'Server Authentication', '1.3.6.1.5.5.7.3.1'),
};
