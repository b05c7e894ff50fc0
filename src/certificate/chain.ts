import type { ChainFacts, ChainLink } from './facts.js';
import { limits } from './limits.js';
import { isAuthority, verifiableAlgorithm, type ReadCertificate } from './read/certificate.js';

/** Signature algorithms that can be forged: Windows refuses them everywhere but on a root. */
export const forgeable: ReadonlySet<string> = new Set([
  'md2WithRSAEncryption',
  'md4WithRSAEncryption',
  'md5WithRSAEncryption',
]);

type Signature = Exclude<ChainLink['signature'], null>;

/** Signatures of CAs that were verified: once in a run, however many computers have them in their chain. */
const verified = new WeakMap<ReadCertificate, WeakMap<ReadCertificate, Signature>>();

const verify = (certificate: ReadCertificate, issuer: ReadCertificate): Signature => {
  const key = issuer.publicKey();
  if (key === null || certificate.x509 === null) return 'unverifiable';
  try {
    if (certificate.x509.verify(key)) return 'good';
  } catch {
    // What cannot be computed counts as what is not right, unless the algorithm is one that nobody here can compute.
  }
  return verifiableAlgorithm(certificate) ? 'bad' : 'unverifiable';
};

/** What `issuer`'s key says about `certificate`'s signature. */
const signatureBy = (certificate: ReadCertificate, issuer: ReadCertificate): Signature => {
  // A computer's own certificate is seen once; remembering it would only keep it in memory.
  if (!isAuthority(certificate)) return verify(certificate, issuer);
  const results = verified.get(issuer) ?? new WeakMap<ReadCertificate, Signature>();
  verified.set(issuer, results);
  const result = results.get(certificate) ?? verify(certificate, issuer);
  results.set(certificate, result);
  return result;
};

/** True if `issuer`'s key made `certificate`'s signature. */
export const signedBy = (certificate: ReadCertificate, issuer: ReadCertificate): boolean =>
  signatureBy(certificate, issuer) === 'good';

export interface BuiltChain {
  /** The first one's own key made its signature; null where nobody can tell. */
  readonly selfSigned: boolean | null;
  /** The certificate first. */
  readonly certificates: readonly ReadCertificate[];
  readonly facts: ChainFacts;
}

const validAt = ({ facts }: ReadCertificate, now: string): boolean =>
  (facts.notBefore ?? '') <= now && now <= (facts.notAfter ?? '');

const sameNameAndKey = (a: ReadCertificate, b: ReadCertificate): boolean =>
  a.facts.keyId === b.facts.keyId && a.facts.subject.comparable === b.facts.subject.comparable;

const trustOf = (
  top: ReadCertificate | undefined,
  trusted: readonly ReadCertificate[] | null,
  rootTrusted: boolean | null,
): ChainFacts['trust'] => {
  if (trusted !== null) {
    return top !== undefined && trusted.some((each) => sameNameAndKey(each, top)) ? 'listed' : 'not-listed';
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
  /** ISO 8601: of two issuers with the same key, the one that is valid then goes first. */
  readonly now: string;
}

/** Compares texts by their characters: the same on every computer. */
const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

/** The order must not be that of the file: the same certificates in another order are judged alike. */
const promisingFirst = (
  named: readonly ReadCertificate[],
  certificate: ReadCertificate,
  now: string,
): readonly ReadCertificate[] => {
  if (named.length < 2) return named;
  const wanted = certificate.facts.authorityKeyIdentifier;
  const fits = ({ facts }: ReadCertificate): number => Number(facts.subjectKeyIdentifier === wanted);
  const valid = (each: ReadCertificate): number => Number(validAt(each, now));
  return [...named].sort(
    (a, b) =>
      fits(b) - fits(a) ||
      valid(b) - valid(a) ||
      compare(b.facts.notAfter ?? '', a.facts.notAfter ?? '') ||
      compare(a.facts.thumbprint, b.facts.thumbprint),
  );
};

interface Issuer {
  readonly certificate: ReadCertificate;
  readonly signature: Signature;
}

const isNamedAsItsIssuer = ({ facts }: ReadCertificate): boolean =>
  facts.subject.comparable === facts.issuer.comparable;

/** Every path from one certificate upwards, within the limits, the more promising ones first. */
const buildChains = (certificate: ReadCertificate, sources: ChainSources): readonly BuiltChain[] => {
  const { others, trusted, rootTrusted, now } = sources;
  const paths: BuiltChain[] = [];
  const known = new Map<ReadCertificate, readonly Issuer[]>();
  let tries = 0;
  let steps = 0;
  let selfSigned: boolean | null = false;

  /** Issuers by name: those whose key made the signature, or else the most promising of the others. */
  const issuersOf = (of: ReadCertificate): readonly Issuer[] => {
    const before = known.get(of);
    if (before !== undefined) return before;
    const found = new Map<string, ReadCertificate>();
    for (const pool of [others, trusted ?? []]) {
      for (const each of pool) {
        const fits = each.facts.subject.comparable === of.facts.issuer.comparable;
        if (fits && each.facts.thumbprint !== of.facts.thumbprint) found.set(each.facts.thumbprint, each);
      }
    }
    const judged: Issuer[] = [];
    for (const each of promisingFirst([...found.values()], of, now)) {
      tries += 1;
      if (tries > limits.signatureTries) break;
      judged.push({ certificate: each, signature: signatureBy(of, each) });
    }
    const good = judged.filter(({ signature }) => signature === 'good');
    const issuers = good.length > 0 ? good : judged.slice(0, 1);
    known.set(of, issuers);
    return issuers;
  };

  /** Its own signature, tried only where an issuer does not settle it: a signature costs more than all the rest. */
  const ownSignature = (of: ReadCertificate): Signature => {
    const settled =
      !isNamedAsItsIssuer(of) &&
      issuersOf(of).some(
        ({ certificate: issuer, signature }) => signature === 'good' && issuer.facts.keyId !== of.facts.keyId,
      );
    return settled ? 'bad' : signatureBy(of, of);
  };

  const keep = (
    certificates: readonly ReadCertificate[],
    links: readonly ChainLink[],
    end: ChainFacts['end'],
  ): void => {
    const top = end === 'root' ? certificates.at(-1) : undefined;
    const trust = trustOf(top, trusted, rootTrusted);
    paths.push({ selfSigned, certificates, facts: { links, end, trust } });
  };

  const climb = (
    below: readonly ReadCertificate[],
    links: readonly ChainLink[],
    of: ReadCertificate,
  ): void => {
    steps += 1;
    const certificates = [...below, of];
    const last = (signature: ChainLink['signature']): readonly ChainLink[] => [
      ...links,
      { certificate: of.facts, signature },
    ];
    const own = ownSignature(of);
    const isFirst = below.length === 0;
    if (isFirst) selfSigned = own === 'unverifiable' && !issuersOf(of).some(isGood) ? null : own === 'good';
    // Whoever trusts an old root trusts the certificate, whatever algorithm it is signed with.
    const isRoot = isFirst ? own === 'good' : own !== 'bad' && isNamedAsItsIssuer(of);
    if (isRoot) {
      keep(certificates, last(own), 'root');
      return;
    }
    if (certificates.length > limits.chain) {
      keep(certificates, last(null), 'too-long');
      return;
    }
    const issuers = issuersOf(of).filter(
      ({ certificate: issuer }) => !certificates.some((each) => sameNameAndKey(each, issuer)),
    );
    if (issuers.length === 0) keep(certificates, last(null), 'no-issuer');
    for (const issuer of issuers) {
      if (steps > limits.chainSteps && paths.length > 0) return;
      climb(certificates, last(issuer.signature), issuer.certificate);
    }
  };
  climb([], [], certificate);
  return paths;
};

const isGood = ({ signature }: Issuer): boolean => signature === 'good';

/** How much is wrong with a path as such: smaller is better. */
const flaws = ({ facts: { links, end, trust } }: BuiltChain): number =>
  (end === 'root' ? 0 : 4) +
  (trust === 'not-listed' || trust === 'not-by-windows' ? 2 : 0) +
  (links.some(({ signature }) => signature === 'bad') ? 1 : 0);

/**
 * Builds the best chain upwards. `weigh` says how bad a path is; without it only its signatures and its end count. Of
 * paths that are equally good, the shorter one and then the more promising one is taken.
 */
export const buildChain = (
  certificate: ReadCertificate,
  sources: ChainSources,
  weigh: (path: BuiltChain) => number = flaws,
): BuiltChain => {
  const [first, ...rest] = buildChains(certificate, sources);
  if (first === undefined) throw new Error('a certificate without a path to itself');
  if (rest.length === 0) return first;
  let best = first;
  let least = weigh(first);
  for (const path of rest) {
    const weight = weigh(path);
    const shorter = weight === least && path.certificates.length < best.certificates.length;
    if (weight < least || shorter) [best, least] = [path, weight];
  }
  return best;
};
