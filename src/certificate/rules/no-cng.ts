import type { CertificateCase } from '../facts.js';
import {
  couldNotCheck,
  fail,
  importIntoCsp,
  isRsa,
  pass,
  requestAgain,
  requirements,
  wantedProvider,
  type Rule,
} from './rule.js';

const storageProviders = new Set([
  'microsoft software key storage provider',
  'microsoft smart card key storage provider',
  'microsoft platform crypto provider',
  'microsoft passport key storage provider',
]);

const serviceProviders = new Set([
  'microsoft base cryptographic provider v1.0',
  'microsoft strong cryptographic provider',
  'microsoft enhanced cryptographic provider v1.0',
  'microsoft enhanced rsa and aes cryptographic provider',
  'microsoft enhanced rsa and aes cryptographic provider (prototype)',
  'microsoft rsa schannel cryptographic provider',
  'microsoft rsa signature cryptographic provider',
  'microsoft base smart card crypto provider',
]);

const kindOf = (provider: string): 'csp' | 'ksp' | null => {
  const name = provider.trim().toLowerCase();
  if (storageProviders.has(name) || name.includes('key storage provider')) return 'ksp';
  return serviceProviders.has(name) ? 'csp' : null;
};

const cngFix = (subject: CertificateCase): readonly string[] => [
  ...importIntoCsp(subject),
  `The thumbprint stays the same. For the next certificate: ${requestAgain}`,
];

export const noCng: Rule = {
  id: 'no-cng',
  title: 'No CNG key',
  required: 'The key is in a cryptographic service provider (CSP), not in a key storage provider (CNG).',
  source: requirements,
  severity: 'error',
  prevents: [33233, 33234],
  run: (subject) => {
    const { certificate, key } = subject;
    if (!isRsa(certificate)) {
      return fail(
        `The key is ${certificate.publicKey.algorithm}. Only CNG keeps such keys, and DPM does not support CNG keys.`,
        `${requestAgain} It gives an RSA key.`,
      );
    }
    if (!key.present) return couldNotCheck('There is no private key here; see private-key.');
    if (key.keySpec === 'cng') {
      return fail(
        `The key is a CNG key (KeySpec 0${key.provider === null ? '' : `, ${key.provider}`}).`,
        ...cngFix(subject),
      );
    }
    const inStore = subject.origin.kind === 'store';
    if (key.provider === null && !(inStore && key.keySpec !== null)) {
      return couldNotCheck(
        inStore
          ? (key.problem ?? 'Windows did not say which provider holds the key.')
          : 'The file does not record a provider; how it is imported decides.',
        ...importIntoCsp(subject),
      );
    }
    const kind = key.provider === null ? null : kindOf(key.provider);
    // A store records the key type of a CSP only; in a file it is what the file was exported with.
    if (inStore && key.keySpec !== null && kind !== 'ksp') {
      return pass(`The key is in a CSP${key.provider === null ? '' : ` (${key.provider})`}.`);
    }
    switch (kind) {
      case 'csp':
        return pass(`The provider is ${String(key.provider)}.`);
      case 'ksp':
        return fail(`The provider is ${String(key.provider)}, which is CNG.`, ...cngFix(subject));
      case null:
        return couldNotCheck(
          `The provider is ${String(key.provider)}, and dpm-prep does not know whether that is a CSP.`,
          `If it is not: ${importIntoCsp(subject).join(' ')}`,
          `The provider that is known to work is ${wantedProvider}.`,
        );
    }
  },
};
