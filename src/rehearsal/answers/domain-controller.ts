import { faulty, type Answerer } from './answer.js';

export const domainController: Answerer<'domain-controller'> = (asked) => {
  if (faulty(asked, 'read-only-domain-controller')) return { readOnly: true, problem: null };
  return { readOnly: null, problem: 'The LDAP server is unavailable.' };
};
