import type { CertificateFacts } from '../facts.js';
import { limits } from '../limits.js';
import {
  bits,
  boolean,
  children,
  content,
  count,
  decode,
  integerBytes,
  isContext,
  isUniversal,
  latin1,
  octets,
  oid,
  sequence,
  types,
  Unreadable,
  type Node,
} from './asn1.js';
import { shownText } from './distinguished-name.js';
import { readDistributionPoint } from './distribution-point.js';
import { readGeneralNames } from './general-name.js';
import { readNameConstraints } from './name-constraints.js';
import { readPolicies, readPolicyConstraints } from './policies.js';

type Extensions = Pick<
  CertificateFacts,
  | 'extendedKeyUsage'
  | 'applicationPolicies'
  | 'keyUsage'
  | 'basicConstraints'
  | 'nameConstraints'
  | 'policies'
  | 'policyConstraints'
  | 'mapsPolicies'
  | 'inhibitsAnyPolicy'
  | 'alternativeNames'
  | 'dnsNames'
  | 'distributionPoints'
  | 'crlAddresses'
  | 'ocspAddresses'
  | 'issuerAddresses'
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier'
  | 'critical'
  | 'repeated'
  | 'malformed'
>;

type Draft = { -readonly [Name in keyof Extensions]: Extensions[Name] };

const uriOf = (name: Node): string | null => (isContext(name, 6) ? shownText(latin1(name).trim()) : null);

const listed = <T>(all: readonly T[]): readonly T[] => [...new Set(all)].slice(0, limits.listed);

const readKeyUsage = (value: Node): Extensions['keyUsage'] => {
  const bytes = bits(value);
  const unused = content(value)[0] ?? 8;
  if (unused > 7 || bytes.length === 0) throw new Unreadable('a BIT STRING is empty');
  const first = bytes[0] ?? 0;
  return { signsCertificates: (first & 0x04) !== 0, signsRevocationLists: (first & 0x02) !== 0 };
};

const readBasicConstraints = (value: Node): Extensions['basicConstraints'] => {
  const parts = sequence(value);
  const [first] = parts;
  const ca = isUniversal(first, types.boolean) ? boolean(first) : false;
  const rest = isUniversal(first, types.boolean) ? parts.slice(1) : parts;
  if (rest.length > 1) throw new Unreadable('basic constraints have an unknown part');
  return { ca, pathLength: rest.length === 0 ? null : count(rest[0]) };
};

const readUsages = (value: Node): readonly string[] => listed(sequence(value).map((each) => oid(each)));

const readDistributionPoints = (value: Node, into: Draft): void => {
  const points = sequence(value).map(readDistributionPoint);
  into.distributionPoints = points;
  into.crlAddresses = listed(points.flatMap(({ addresses }) => addresses));
};

const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', issuers: '1.3.6.1.5.5.7.48.2' } as const;

const readAccess = (value: Node, into: Draft): void => {
  const ocsp: string[] = [];
  const issuers: string[] = [];
  for (const description of sequence(value)) {
    const [method, location] = sequence(description);
    const which = oid(method);
    const uri = location === undefined ? null : uriOf(location);
    if (uri === null) continue;
    if (which === accessMethods.ocsp) ocsp.push(uri);
    if (which === accessMethods.issuers) issuers.push(uri);
  }
  into.ocspAddresses = listed(ocsp);
  into.issuerAddresses = listed(issuers);
};

const readSubjectKeyIdentifier = (value: Node): string => {
  const bytes = octets(value);
  if (bytes.length === 0) throw new Unreadable('a key identifier is empty');
  return bytes.toString('hex');
};

/** AuthorityKeyIdentifier (RFC 5280, 4.2.1.1): the key identifier, or null where only name and number are given. */
const readAuthorityKeyIdentifier = (value: Node): string | null => {
  const parts = sequence(value);
  const [id, issuer, serial] = [0, 1, 2].map((number) => parts.find((part) => isContext(part, number)));
  const known = [id, issuer, serial].filter((part) => part !== undefined);
  if (known.length !== parts.length) throw new Unreadable('a key identifier has an unknown part');
  if ((issuer === undefined) !== (serial === undefined)) {
    throw new Unreadable('a key identifier has a name without a number, or a number without a name');
  }
  if (issuer !== undefined && children(issuer).length === 0) throw new Unreadable('a name is empty');
  if (serial !== undefined && content(serial).length === 0) throw new Unreadable('a number is empty');
  if (id === undefined) return null;
  const bytes = content(id);
  if (id.parts !== null || bytes.length === 0) throw new Unreadable('a key identifier is empty');
  return bytes.toString('hex');
};

/** Only what a rule asks for is read. Each gives its name for messages, and puts what it reads into the draft. */
const readers: Readonly<Record<string, readonly [string, (value: Node, into: Draft) => void]>> = {
  '2.5.29.14': [
    'subjectKeyIdentifier',
    (value, into) => (into.subjectKeyIdentifier = readSubjectKeyIdentifier(value)),
  ],
  '2.5.29.15': ['keyUsage', (value, into) => (into.keyUsage = readKeyUsage(value))],
  '2.5.29.17': ['subjectAltName', (value, into) => (into.alternativeNames = readGeneralNames(value))],
  '2.5.29.19': ['basicConstraints', (value, into) => (into.basicConstraints = readBasicConstraints(value))],
  '2.5.29.30': ['nameConstraints', (value, into) => (into.nameConstraints = readNameConstraints(value))],
  '2.5.29.31': ['crlDistributionPoints', readDistributionPoints],
  '2.5.29.32': ['certificatePolicies', (value, into) => (into.policies = readPolicies(value))],
  '2.5.29.33': ['policyMappings', (value, into) => (into.mapsPolicies = sequence(value).length > 0)],
  '2.5.29.35': [
    'authorityKeyIdentifier',
    (value, into) => (into.authorityKeyIdentifier = readAuthorityKeyIdentifier(value)),
  ],
  '2.5.29.36': [
    'policyConstraints',
    (value, into) => (into.policyConstraints = readPolicyConstraints(value)),
  ],
  '2.5.29.37': ['extendedKeyUsage', (value, into) => (into.extendedKeyUsage = readUsages(value))],
  '2.5.29.54': [
    'inhibitAnyPolicy',
    (value, into) => (into.inhibitsAnyPolicy = integerBytes(value).length > 0),
  ],
  '1.3.6.1.5.5.7.1.1': ['authorityInfoAccess', readAccess],
  '1.3.6.1.4.1.311.21.10': [
    'applicationPolicies',
    (value, into) => (into.applicationPolicies = readPolicies(value)),
  ],
};

/** The name of an extension in messages: its own, or its identifier. */
export const extensionName = (id: string): string => readers[id]?.[0] ?? id;

/**
 * The extensions of a certificate. Of a repeated one the first counts, as CertFindExtension takes it. One that is
 * encoded wrongly is noted; the rest of the certificate is still judged.
 */
export const readExtensions = (list: readonly Node[]): Extensions => {
  const draft: Draft = {
    extendedKeyUsage: null,
    applicationPolicies: null,
    keyUsage: null,
    basicConstraints: null,
    nameConstraints: null,
    policies: null,
    policyConstraints: null,
    mapsPolicies: false,
    inhibitsAnyPolicy: false,
    alternativeNames: [],
    dnsNames: [],
    distributionPoints: [],
    crlAddresses: [],
    ocspAddresses: [],
    issuerAddresses: [],
    subjectKeyIdentifier: null,
    authorityKeyIdentifier: null,
    critical: [],
    repeated: [],
    malformed: [],
  };
  const seen = new Set<string>();
  const critical: string[] = [];
  const repeated: string[] = [];
  const malformed: string[] = [];
  for (const extension of list) {
    const [idNode, second, third, ...more] = sequence(extension);
    const id = oid(idNode);
    if (seen.has(id)) {
      repeated.push(id);
      continue;
    }
    seen.add(id);
    const reader = readers[id];
    try {
      const valueNode = third ?? second;
      if (third !== undefined && boolean(second)) critical.push(id);
      if (more.length > 0) throw new Unreadable('an extension has an unknown part');
      const value = octets(valueNode);
      reader?.[1](decode(value), draft);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      malformed.push(extensionName(id));
    }
  }
  const dnsNames = draft.alternativeNames.filter(({ form }) => form === 'dns').map(({ text }) => text);
  return {
    ...draft,
    dnsNames: dnsNames.length === 0 ? dnsNames : listed(dnsNames),
    critical,
    repeated: [...new Set(repeated)],
    malformed,
  };
};
