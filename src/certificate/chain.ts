import type { ChainFacts, ChainLink } from './facts.js';
import { limits } from './limits.js';
import { isAuthority, type ReadCertificate } from './read/certificate.js';

/** Signatures of CAs that were verified: once in a run, however many computers have them in their chain. */
const verified = new WeakMap<ReadCertificate, WeakMap<ReadCertificate, boolean>>();

const verifies = (certificate: ReadCertificate, issuer: ReadCertificate): boolean => {
  const key = issuer.publicKey();
  try {
    return key !== null && certificate.x509?.verify(key) === true;
  } catch {
    return false;
  }
};

/** True if `issuer`'s key made `certificate`'s signature. */
export const signedBy = (certificate: ReadCertificate, issuer: ReadCertificate): boolean => {
  // A computer's own certificate is seen once; remembering it would only keep it in memory.
  if (!isAuthority(certificate)) return verifies(certificate, issuer);
  const results = verified.get(issuer) ?? new WeakMap<ReadCertificate, boolean>();
  verified.set(issuer, results);
  const result = results.get(certificate) ?? verifies(certificate, issuer);
  results.set(certificate, result);
  return result;
};

export interface BuiltChain {
  /** The first one's own key made its signature. */
  readonly selfSigned: boolean;
  /** The certificate first. */
  readonly certificates: readonly ReadCertificate[];
  readonly facts: ChainFacts;
}

const validAt = (certificate: ReadCertificate, now: string): boolean =>
  (certificate.facts.notBefore ?? '') <= now && now <= (certificate.facts.notAfter ?? '');

const sameRoot = (a: ReadCertificate, b: ReadCertificate): boolean =>
  a.facts.thumbprint === b.facts.thumbprint ||
  (a.facts.keyId === b.facts.keyId && a.facts.subject.comparable === b.facts.subject.comparable);

const trustOf = (
  top: ReadCertificate | undefined,
  trusted: readonly ReadCertificate[] | null,
  rootTrusted: boolean | null,
): ChainFacts['trust'] => {
  if (trusted !== null) {
    return top !== undefined && trusted.some((each) => sameRoot(each, top)) ? 'listed' : 'not-listed';
  }
  if (rootTrusted === null) return 'no-list';
  return rootTrusted ? 'by-windows' : 'not-by-windows';
};

export interface ChainSources {
  /** Other certificates of the input. */
  readonly others: readonly ReadCertificate[];
  /** Certificates of --trust; null where none were given. */
  readonly trusted: readonly ReadCertificate[] | null;
  readonly rootTrusted: boolean | null;
  /** ISO 8601: of two issuers with the same key, the one that is valid then is taken. */
  readonly now: string;
}

/** Builds the chain upwards, each time to an issuer whose key really made the signature, where there is one. */
export const buildChain = (certificate: ReadCertificate, sources: ChainSources): BuiltChain => {
  const pool = [...sources.others, ...(sources.trusted ?? [])];
  const certificates: ReadCertificate[] = [certificate];
  const links: ChainLink[] = [];
  let end: ChainFacts['end'] = 'no-issuer';
  let tries = 0;
  let current = certificate;
  for (;;) {
    if (signedBy(current, current)) {
      links.push({ certificate: current.facts, signature: 'good' });
      end = 'root';
      break;
    }
    const named = pool.filter(
      (each) =>
        each.facts.subject.comparable === current.facts.issuer.comparable && !certificates.includes(each),
    );
    const signers: ReadCertificate[] = [];
    for (const each of named) {
      tries += 1;
      if (tries > limits.signatureTries) break;
      if (signedBy(current, each)) signers.push(each);
    }
    const issuer = signers.find((each) => validAt(each, sources.now)) ?? signers[0] ?? named[0];
    if (issuer === undefined) {
      links.push({ certificate: current.facts, signature: null });
      break;
    }
    links.push({ certificate: current.facts, signature: signers.includes(issuer) ? 'good' : 'bad' });
    certificates.push(issuer);
    current = issuer;
    if (certificates.length > limits.chain) {
      links.push({ certificate: current.facts, signature: null });
      end = 'too-long';
      break;
    }
  }
  const top = end === 'root' ? certificates.at(-1) : undefined;
  return {
    selfSigned: end === 'root' && certificates.length === 1,
    certificates,
    facts: { links, end, trust: trustOf(top, sources.trusted, sources.rootTrusted) },
  };
};
