import { cleanText } from '../clean.js';
import { checkProblem, usageProblem } from '../problem.js';
import type { Secret } from '../secret.js';
import { openWithKeys } from './read/open.js';
import type { CertificateInput } from './read/content.js';
import { buildChain } from './chain.js';
import { wantedProvider } from './rules/rule.js';
import { writePfx } from './write/pfx.js';

export interface Converted {
  readonly pfx: Buffer;
  readonly thumbprint: string;
  readonly subject: string;
  readonly provider: string;
  /** CA certificates that went along. */
  readonly chainLength: number;
}

/**
 * The same certificate and key as a PFX that imports into a CSP: marked with the Microsoft RSA SChannel Cryptographic
 * Provider and the key type exchange, and encrypted so that every supported Windows can read it. RSA only. Throws
 * WrongPassword, NotACertificate, or a Problem where there is not exactly one certificate with its RSA key.
 */
export const convertCertificate = (input: CertificateInput, newPassword: Secret): Converted => {
  const name = cleanText(input.name);
  if (newPassword.isEmpty) {
    throw usageProblem('The new password is empty.', 'Give the new file a password: it holds a private key.');
  }
  const all = openWithKeys(input).filter(({ opened }) => opened.key.belongs === true);
  const [only, ...more] = all;
  if (only === undefined) {
    throw checkProblem(
      `${name} does not hold a certificate together with its private key.`,
      'Export the certificate with its private key, and convert that file.',
    );
  }
  if (more.length > 0) {
    throw checkProblem(
      `${name} holds ${all.length} certificates with private keys.`,
      'Export the certificate of this computer to a file of its own, and convert that file.',
    );
  }
  const { opened, key } = only;
  const { facts, der } = opened.certificate;
  if (key?.asymmetricKeyType !== 'rsa') {
    throw checkProblem(
      `The key in ${name} is ${facts.publicKey.algorithm}, and a CSP that DPM can use holds only RSA keys.`,
      'Request a new certificate with an RSA key.',
    );
  }
  const { certificates } = buildChain(opened.certificate, {
    others: opened.others,
    trusted: null,
    rootTrusted: null,
    now: new Date().toISOString(),
  });
  const authorities = certificates.slice(1);
  return {
    pfx: writePfx({
      certificates: [der, ...authorities.map((authority) => authority.der)],
      privateKey: key,
      password: newPassword.reveal(),
      provider: wantedProvider,
      keySpec: 'exchange',
    }),
    thumbprint: facts.thumbprint,
    subject: facts.subject.text,
    provider: wantedProvider,
    chainLength: authorities.length,
  };
};
