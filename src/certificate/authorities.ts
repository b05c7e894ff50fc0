import { signedBy } from './chain.js';
import { NotACertificate } from './read/content.js';
import { Unreadable } from './read/asn1.js';
import { isAuthority, readCertificate, type ReadCertificate } from './read/certificate.js';

/** A CA certificate that another computer sent along. */
export interface Authority {
  /** SHA-1, 40 upper-case hexadecimal digits, as Windows shows it. */
  readonly thumbprint: string;
  readonly subject: string;
  /** ISO 8601; null for a date that is invalid. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  /** DER in base64. */
  readonly der: string;
}

export interface Authorities {
  /** What signs itself. */
  readonly roots: readonly Authority[];
  /** What another one of them signed. */
  readonly intermediates: readonly Authority[];
}

const factsOf = ({ facts, der }: ReadCertificate): Authority => ({
  thumbprint: facts.thumbprint,
  subject: facts.subject.text === '' ? '(no subject)' : facts.subject.text,
  notBefore: facts.notBefore,
  notAfter: facts.notAfter,
  der: der.toString('base64'),
});

/**
 * The CA certificates of a file (DER in base64), told apart by their signatures. Throws NotACertificate (exit 3) for
 * what is not a certificate, not a CA's, or not signed by another one of them. `name`: the file, for the message.
 */
export const readAuthorities = (name: string, ders: readonly string[]): Authorities => {
  const read = new Map<string, ReadCertificate>();
  for (const der of ders) {
    try {
      const certificate = readCertificate(Buffer.from(der, 'base64'));
      if (certificate.facts.refused !== null) throw new Unreadable(certificate.facts.refused);
      read.set(certificate.facts.thumbprint, certificate);
    } catch (error) {
      if (error instanceof Unreadable)
        throw new NotACertificate(`A CA certificate in ${name}`, error.message);
      throw error;
    }
  }
  const all = [...read.values()];
  const foreign = all.find((one) => !isAuthority(one));
  if (foreign) {
    throw new NotACertificate(
      `A CA certificate in ${name}`,
      `the certificate ${foreign.facts.thumbprint} is not that of a CA`,
    );
  }
  const roots = all.filter((one) => signedBy(one, one));
  const intermediates = all.filter((one) => !roots.includes(one));
  const stray = intermediates.find((one) => !all.some((issuer) => issuer !== one && signedBy(one, issuer)));
  if (roots.length > 0 && stray) {
    throw new NotACertificate(
      `The chain in ${name}`,
      `none of its other certificates signed ${stray.facts.thumbprint}`,
    );
  }
  return { roots: roots.map(factsOf), intermediates: intermediates.map(factsOf) };
};
