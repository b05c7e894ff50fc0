import type { Verdict } from '../../checks/check.js';
import type { CertificateCase } from '../facts.js';
import { couldNotCheck, fail, pass, requestAgain, warn } from './rule.js';
import { allows, anyUsage, usagesText } from './usage.js';

/** Judges one usage: the page says "should have", error 33234 says "if Enhanced Key Usage is enabled". */
export const judgeUsage = ({ certificate }: CertificateCase, name: string, id: string): Verdict => {
  const usages = certificate.extendedKeyUsage;
  const fix = `Request a certificate whose Enhanced Key Usage names ${name} (${id}).`;
  if (certificate.malformed.includes('extendedKeyUsage')) {
    return fail('The Enhanced Key Usage of the certificate is not readable.', requestAgain);
  }
  if (allows(certificate, id) === 'unclear') {
    return couldNotCheck(
      `Enhanced Key Usage and Microsoft's application policies differ about ${name}, and which of them Windows uses is not documented.`,
      fix,
    );
  }
  if (usages === null && certificate.applicationPolicies !== null && allows(certificate, id) === 'no') {
    return fail(`Microsoft's application policies of the certificate do not allow ${name}.`, fix);
  }
  if (usages === null) {
    return warn(
      "The certificate has no Enhanced Key Usage. Microsoft's page requires it; the text of error 33234 checks it only if it exists.",
      fix,
    );
  }
  if (usages.includes(id)) return pass(`Enhanced Key Usage has ${name}.`);
  if (usages.includes(anyUsage)) {
    return warn(`Enhanced Key Usage allows any purpose, but does not name ${name}.`, fix);
  }
  return fail(
    `Enhanced Key Usage has ${usagesText(usages)}, but not ${name} (${id}).`,
    'Request a new certificate from a template whose intended purposes are Client Authentication and Server Authentication, such as a duplicate of RAS and IAS Server.',
  );
};
