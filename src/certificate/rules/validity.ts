import { errorTable } from '../../dpm/source.js';
import { day, daysBetween, fail, pass, warn, type Rule } from './rule.js';

const renew =
  'Request a new certificate with the same subject from the same root, and import it into LocalMachine\\My (see renewal).';

export const validity: Rule = {
  id: 'validity',
  title: 'Validity period',
  required: 'The certificate is valid now, and for some time to come (--min-days).',
  source: errorTable(33234, 33323, 33324, 33325, 33326),
  severity: 'error',
  prevents: [33234, 33323, 33324, 33325, 33326],
  run: ({ certificate, now, minDays }) => {
    const { notBefore, notAfter } = certificate;
    if (notBefore === null || notAfter === null) {
      return fail('The validity dates of the certificate are invalid.', renew);
    }
    if (notAfter <= notBefore) {
      return fail(`The validity period ends (${notAfter}) before it begins (${notBefore}).`, renew);
    }
    if (now < notBefore) {
      return fail(
        `It is valid only from ${notBefore}; now it is ${now}.`,
        'Check the clock of this computer, or wait until then.',
      );
    }
    if (now > notAfter) return fail(`It expired on ${day(notAfter)}.`, renew);
    const left = daysBetween(now, notAfter);
    if (left < minDays) {
      return warn(
        `It expires on ${day(notAfter)}, in ${left} ${left === 1 ? 'day' : 'days'}. The check asks for ${minDays} days (--min-days).`,
        renew,
      );
    }
    return pass(`It is valid until ${day(notAfter)}, another ${left} days.`);
  },
};
