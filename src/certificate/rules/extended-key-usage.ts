import type { Verdict } from '../../checks/check.js';
import type { CertificateCase } from '../facts.js';
import { fail, pass, requestAnew, warn } from './rule.js';

const any = '2.5.29.37.0';

/** Judges one usage: the page says "should have", error 33234 says "if Enhanced Key Usage is enabled". */
export const judgeUsage = ({ certificate }: CertificateCase, name: string, id: string): Verdict => {
  const usages = certificate.extendedKeyUsage;
  if (certificate.malformed.includes('extendedKeyUsage')) {
    return fail('The Enhanced Key Usage of the certificate is not readable.', requestAnew);
  }
  if (usages === null) {
    return warn(
      'The certificate has no Enhanced Key Usage at all. The page asks for it; the text of error 33234 does only where there is one.',
      `Request a certificate whose Enhanced Key Usage names ${name} (${id}).`,
    );
  }
  if (usages.includes(id)) return pass(`Enhanced Key Usage has ${name}.`);
  if (usages.includes(any)) {
    return warn(
      `Enhanced Key Usage allows any purpose, but does not name ${name}.`,
      `Request a certificate whose Enhanced Key Usage names ${name} (${id}).`,
    );
  }
  return fail(
    `Enhanced Key Usage has ${usages.length === 0 ? 'nothing in it' : usages.join(', ')}, and not ${name} (${id}).`,
    'Request a new certificate from a template whose intended purposes are Client Authentication and Server Authentication, such as a duplicate of RAS and IAS Server.',
  );
};
