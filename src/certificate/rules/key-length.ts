import { microsoft } from '../../dpm/source.js';
import type { CertificateFacts } from '../facts.js';
import { called, fail, failWith, isRsa, notApplicable, pass, requestAgain, warn, type Rule } from './rule.js';

const least = 1024;
const wise = 2048;

const bitsOf = (certificate: CertificateFacts): string =>
  `${called(certificate)} has an RSA key of ${certificate.publicKey.bits ?? 0} bits.`;

const hasFewer = (bits: number) => (certificate: CertificateFacts) =>
  certificate.publicKey.algorithm.startsWith('RSA') && (certificate.publicKey.bits ?? 0) < bits;

export const keyLength: Rule = {
  id: 'key-length',
  title: 'Key length',
  required: `Every RSA key of the chain has at least ${least} bits; ${wise} are recommended.`,
  source: microsoft('Back up using certificate authentication; KB2661254 for the CAs'),
  severity: 'error',
  prevents: [33234],
  run: ({ certificate, chain }) => {
    const all = [certificate, ...chain.links.slice(1).map((link) => link.certificate)];
    if (certificate.publicKey.bits === null && isRsa(certificate)) {
      return fail('The RSA key is not readable.', requestAgain);
    }
    const short = all.filter(hasFewer(least));
    if (short.length > 0) {
      return failWith(
        short.map((each) => ({ text: bitsOf(each), windows: 'TRUST_E_CERT_SIGNATURE' })),
        `Request a certificate with a key of ${wise} bits, from CAs whose keys have ${wise} bits as well.`,
      );
    }
    const weak = all.filter(hasFewer(wise));
    if (weak.length > 0) {
      return warn(
        `${weak.map((each) => bitsOf(each)).join(' ')} DPM accepts ${least} bits, but current Windows may not.`,
        `Request the next certificate with a key of ${wise} bits.`,
      );
    }
    if (!isRsa(certificate)) {
      return notApplicable(`The key is ${certificate.publicKey.algorithm}, not RSA; see no-cng.`);
    }
    return pass(`The RSA key has ${certificate.publicKey.bits ?? 0} bits.`);
  },
};
