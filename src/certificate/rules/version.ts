import { fail, pass, requestAgain, requirements, type Rule } from './rule.js';

export const version: Rule = {
  id: 'version',
  title: 'X.509 version',
  required: 'The certificate is an X.509 v3 certificate.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: ({ certificate }) =>
    certificate.version === 3
      ? pass('It is an X.509 v3 certificate.')
      : fail(`It is an X.509 v${certificate.version} certificate.`, requestAgain),
};
