import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { cleanText } from '../../clean.js';
import type { StoreCertificate } from '../store-certificate.js';
import type { CertificateOrigin, FileContents, KeyFacts } from '../facts.js';
import { limits } from '../limits.js';
import { LimitExceeded, Unreadable } from './asn1.js';
import { isAuthority, readCertificate, type ReadCertificate } from './certificate.js';
import { NotACertificate, readContent, unreadable, type CertificateInput } from './content.js';
import type { Contents, Damage, ReadKey } from './contents.js';
import { structureNames } from './identify.js';

/** A certificate that is to be judged, with what else its input held. Has library objects in it: not for rules. */
export interface OpenedCertificate {
  readonly name: string;
  readonly origin: CertificateOrigin;
  readonly certificate: ReadCertificate;
  readonly key: KeyFacts;
  /** The other certificates of the input, for its chain. */
  readonly others: readonly ReadCertificate[];
  readonly contents: FileContents;
  /** What the computer says of the chain's root; null for files. */
  readonly rootTrusted: boolean | null;
}

const keptAuthorities = 256;

/**
 * CA certificates that were read in this run, by their bytes: those of ten thousand files are read once. Only the most
 * recently used ones are kept, and the computers' own certificates never.
 */
export class CertificateCache {
  readonly #kept = new Map<string, ReadCertificate>();

  read(der: Buffer): ReadCertificate {
    const key = der.length > limits.certificateBytes ? '' : der.toString('latin1');
    const certificate = this.#kept.get(key) ?? readCertificate(der);
    if (!isAuthority(certificate)) return certificate;
    this.#kept.delete(key);
    this.#kept.set(key, certificate);
    if (this.#kept.size > keptAuthorities) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return certificate;
  }
}

const noKey: KeyFacts = {
  present: false,
  belongs: null,
  problem: null,
  provider: null,
  keySpec: null,
  exportable: null,
};

const nothingElse: FileContents = { aside: [], ciphers: [] };

const trial = Buffer.from('dpm-prep tries out whether this key signs');

/** A key of the file with its public half, which is worked out once. */
interface Candidate {
  readonly key: ReadKey;
  readonly publicHalf: KeyObject | null;
}

const candidateOf = (key: ReadKey): Candidate => {
  try {
    return { key, publicHalf: key.key === null ? null : createPublicKey(key.key) };
  } catch {
    return { key, publicHalf: null };
  }
};

const sameKey = ({ publicHalf }: Candidate, certificate: ReadCertificate): boolean => {
  const publicKey = certificate.publicKey();
  if (publicHalf === null || publicKey === null) return false;
  // Comparing keys of different types leaves an error in OpenSSL's queue, and the next key that is read fails with it.
  return publicHalf.asymmetricKeyType === publicKey.asymmetricKeyType && publicHalf.equals(publicKey);
};

/** Null if key and certificate work together, otherwise why not. The public half can be right and the key damaged. */
const damage = (key: KeyObject, certificate: ReadCertificate): string | null => {
  const publicKey = certificate.publicKey();
  if (publicKey === null || key.asymmetricKeyType !== 'rsa') return null;
  if ((certificate.facts.publicKey.bits ?? 0) > limits.rsaTrialBits) return null;
  try {
    const signature = sign('sha256', trial, key);
    return verify('sha256', trial, publicKey, signature)
      ? null
      : 'the key is damaged: what it signs does not verify';
  } catch {
    return 'the key is damaged: it cannot be used';
  }
};

const belonging = (
  candidate: Candidate,
  certificate: ReadCertificate,
): Pick<KeyFacts, 'belongs' | 'problem'> => {
  const { key } = candidate.key;
  if (key === null || candidate.publicHalf === null || certificate.publicKey() === null) {
    return { belongs: null, problem: 'the key is of a kind that cannot be tried out here' };
  }
  if (!sameKey(candidate, certificate)) {
    return { belongs: false, problem: 'the key is that of another certificate' };
  }
  const problem = damage(key, certificate);
  return { belongs: problem === null, problem };
};

const keyFactsOf = (candidate: Candidate, certificate: ReadCertificate): KeyFacts => ({
  present: true,
  ...belonging(candidate, certificate),
  provider: candidate.key.provider,
  keySpec: candidate.key.keySpec,
  exportable: null,
});

const isIssuer = (candidate: ReadCertificate, all: readonly ReadCertificate[]): boolean =>
  all.some(
    (other) => other !== candidate && other.facts.issuer.comparable === candidate.facts.subject.comparable,
  );

/**
 * Which certificates of a file are computers' own. Those that a private key belongs to; without any, those that are not
 * there for the chain.
 */
const ownCertificates = (
  certificates: readonly ReadCertificate[],
  keys: readonly Candidate[],
): readonly ReadCertificate[] => {
  const withKey = certificates.filter((certificate) => keys.some((key) => sameKey(key, certificate)));
  if (withKey.length > 0) return withKey;
  const ends = certificates.filter(
    (certificate) => certificate.facts.basicConstraints?.ca !== true && !isIssuer(certificate, certificates),
  );
  if (ends.length > 0) return ends;
  const tops = certificates.filter((certificate) => !isIssuer(certificate, certificates));
  return tops.length > 0 ? tops : certificates.slice(0, 1);
};

const subjectOf = ({ facts }: ReadCertificate): string => facts.subject.text || facts.thumbprint;

/** What of the file was not judged, in words. CA certificates are there for a chain, whichever it is. */
const asideOf = (
  certificates: readonly ReadCertificate[],
  own: readonly ReadCertificate[],
  damaged: readonly Damage[],
): readonly string[] => {
  const strangers = certificates.filter(
    (each) =>
      !own.includes(each) && each.facts.basicConstraints?.ca !== true && !isIssuer(each, certificates),
  );
  const all = [
    ...strangers.map((each) => `the certificate ${subjectOf(each)}`),
    ...damaged.map(({ what, problem }) => `${what} that cannot be read (${problem.message})`),
  ];
  const more = all.length - limits.aside;
  return more > 0 ? [...all.slice(0, limits.aside), `${more.toLocaleString('en')} more`] : all;
};

/** Every certificate of an input, each once. Those that cannot be read are damage, unless there is no other. */
const readAll = (
  name: string,
  contents: Contents,
  cache: CertificateCache,
): { certificates: readonly ReadCertificate[]; damaged: readonly Damage[] } => {
  const found = new Map<string, ReadCertificate>();
  const damaged = [...contents.damaged];
  for (const [index, der] of contents.certificates.entries()) {
    try {
      const certificate = cache.read(der);
      found.set(certificate.facts.thumbprint, certificate);
    } catch (error) {
      if (error instanceof LimitExceeded) throw unreadable(name, error);
      if (!(error instanceof Unreadable)) throw error;
      damaged.push({ what: `certificate ${String(index + 1)}`, problem: error, isKey: false });
    }
  }
  if (found.size === 0) {
    const [first] = damaged;
    if (first !== undefined) throw unreadable(name, first.problem);
    throw noCertificate(name, contents);
  }
  return { certificates: [...found.values()], damaged };
};

const noCertificate = (name: string, { keys, foreign }: Contents): NotACertificate => {
  if (keys.length > 0) {
    return new NotACertificate(
      name,
      'it holds a private key but no certificate',
      'Give the certificate together with its key, as one .pfx or one PEM file.',
    );
  }
  if (foreign.has(structureNames.request ?? '')) {
    return new NotACertificate(
      name,
      'it is a certificate request, not a certificate',
      'Submit it to the CA ("certreq -submit", or the web page of the CA), and check the certificate that the CA issues.',
    );
  }
  const what = [...foreign].join(' and ');
  return new NotACertificate(
    name,
    what === '' ? 'there is no certificate in it' : `it is ${what}, not a certificate`,
    'Give the certificate together with its key, as one .pfx or one PEM file.',
  );
};

/** An opened certificate together with its private key, for convert-cert alone. */
export interface OpenedWithKey {
  readonly opened: OpenedCertificate;
  readonly key: KeyObject | null;
}

/** Like openCertificates, and gives the private keys out. */
export const openWithKeys = (
  input: CertificateInput,
  cache = new CertificateCache(),
): readonly OpenedWithKey[] => {
  const name = cleanText(input.name);
  const { format, contents } = readContent(input);
  const { certificates, damaged } = readAll(name, contents, cache);
  const keys = contents.keys.map((key) => candidateOf(key));
  const own = ownCertificates(certificates, keys);
  const damagedKey = damaged.find(({ isKey }) => isKey);
  if (damagedKey !== undefined && !own.some((each) => keys.some((key) => sameKey(key, each)))) {
    throw unreadable(name, damagedKey.problem);
  }
  const facts: FileContents = {
    aside: asideOf(certificates, own, damaged),
    ciphers: [...contents.ciphers].sort(),
  };
  return own.map((certificate) => {
    const key =
      keys.find((each) => sameKey(each, certificate)) ??
      // With one certificate the key can be meant for nothing else.
      (own.length === 1 ? keys[0] : undefined);
    const opened: OpenedCertificate = {
      name: own.length === 1 ? name : `${name}: ${subjectOf(certificate)}`,
      origin: { kind: 'file', format, file: name },
      certificate,
      key: key === undefined ? noKey : keyFactsOf(key, certificate),
      others: certificates.filter((each) => each !== certificate),
      contents: facts,
      rootTrusted: null,
    };
    return { opened, key: key?.key.key ?? null };
  });
};

/**
 * Opens one input and finds the certificates that are to be judged in it. Throws WrongPassword or NotACertificate.
 */
export const openCertificates = (
  input: CertificateInput,
  cache = new CertificateCache(),
): readonly OpenedCertificate[] => openWithKeys(input, cache).map(({ opened }) => opened);

/** Every certificate of a file, for --trust. Throws WrongPassword or NotACertificate. */
export const openTrust = (
  input: CertificateInput,
  cache = new CertificateCache(),
): readonly ReadCertificate[] =>
  readAll(cleanText(input.name), readContent(input).contents, cache).certificates;

/** A certificate of a Windows store, as the computer described it. Throws NotACertificate. */
export const openStoreCertificate = (
  store: StoreCertificate,
  cache = new CertificateCache(),
): OpenedCertificate => {
  const read = (der: string): ReadCertificate => {
    try {
      return cache.read(Buffer.from(der, 'base64'));
    } catch (error) {
      if (error instanceof Unreadable)
        throw new NotACertificate(`A certificate in ${store.store}`, error.message);
      throw error;
    }
  };
  const certificate = read(store.der);
  return {
    name: `${certificate.facts.thumbprint} in ${store.store}`,
    origin: { kind: 'store', store: store.store },
    certificate,
    key: store.hasPrivateKey
      ? {
          present: true,
          belongs: null,
          problem: store.keyError ? cleanText(store.keyError, limits.text) : null,
          provider: store.provider === null ? null : cleanText(store.provider, limits.text),
          keySpec: store.keySpec,
          exportable: store.exportable,
        }
      : noKey,
    contents: nothingElse,
    others: store.chain.map((der) => read(der)),
    rootTrusted: store.rootTrusted,
  };
};
