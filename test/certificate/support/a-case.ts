import type {
  AddressFacts,
  CertificateCase,
  CertificateFacts,
  ChainLink,
  NameFacts,
} from '../../../src/certificate/facts.js';

export const nameFacts = (text: string): NameFacts => ({
  text,
  commonNames: [...text.matchAll(/CN=([^,]+)/g)].map((match) => match[1] ?? ''),
  comparable: text.toLowerCase(),
});

const leafFacts: CertificateFacts = {
  version: 3,
  serialNumber: '1001',
  thumbprint: 'A'.repeat(40),
  subject: nameFacts('CN=fin.contoso.com'),
  issuer: nameFacts('CN=Issuing CA'),
  keyId: 'leaf-key',
  publicKey: { algorithm: 'RSA', bits: 2048 },
  signatureAlgorithm: 'sha256WithRSAEncryption',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-12-31T00:00:00.000Z',
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
  applicationPolicies: null,
  nameConstraints: null,
  policies: null,
  policyConstraints: null,
  mapsPolicies: false,
  inhibitsAnyPolicy: false,
  alternativeNames: [],
  subjectKeyIdentifier: null,
  authorityKeyIdentifier: null,
  critical: [],
  repeated: [],
  algorithmsDiffer: false,
  keyUsage: null,
  basicConstraints: null,
  dnsNames: [],
  distributionPoints: [],
  crlAddresses: [],
  ocspAddresses: [],
  issuerAddresses: [],
  refused: null,
  malformed: [],
};

/** Facts of a computer's certificate that is in order. */
export const leaf = (more: Partial<CertificateFacts> = {}): CertificateFacts => ({ ...leafFacts, ...more });

/** Facts of a CA certificate that is in order. */
export const authorityFacts = (more: Partial<CertificateFacts> = {}): CertificateFacts => ({
  ...leafFacts,
  thumbprint: 'B'.repeat(40),
  subject: nameFacts('CN=Issuing CA'),
  issuer: nameFacts('CN=Root'),
  keyId: 'ca-key',
  extendedKeyUsage: null,
  keyUsage: { signsCertificates: true, signsRevocationLists: true },
  basicConstraints: { ca: true, pathLength: null },
  ...more,
});

export const rootFacts = (more: Partial<CertificateFacts> = {}): CertificateFacts =>
  authorityFacts({
    thumbprint: 'C'.repeat(40),
    subject: nameFacts('CN=Root'),
    issuer: nameFacts('CN=Root'),
    keyId: 'root-key',
    ...more,
  });

export const link = (
  certificate: CertificateFacts,
  signature: ChainLink['signature'] = 'good',
): ChainLink => ({ certificate, signature });

export const address = (more: Partial<AddressFacts> = {}): AddressFacts => ({
  kind: 'crl',
  address: 'http://crl.contoso.com/ca.crl',
  outcome: 'good',
  why: null,
  thisUpdate: '2026-11-01T00:00:00.000Z',
  nextUpdate: '2026-12-31T00:00:00.000Z',
  revokedAt: null,
  ...more,
});

/** Everything about a certificate that passes every rule, changed by `more`. */
export const aCase = (more: Partial<CertificateCase> = {}): CertificateCase => {
  const certificate = more.certificate ?? leaf();
  return {
    name: 'fin.pfx',
    origin: { kind: 'file', format: 'PFX', file: 'fin.pfx' },
    certificate,
    selfSigned: false,
    key: {
      present: true,
      belongs: true,
      problem: null,
      provider: 'Microsoft RSA SChannel Cryptographic Provider',
      keySpec: 'exchange',
      exportable: null,
    },
    chain: {
      links: [link(certificate), link(authorityFacts()), link(rootFacts())],
      end: 'root',
      trust: 'no-list',
    },
    revocation: {
      offline: false,
      certificates: [
        { subject: certificate.subject.text, thumbprint: certificate.thumbprint, addresses: [address()] },
      ],
    },
    twins: [],
    contents: { aside: [], ciphers: [] },
    expectedName: null,
    replaces: null,
    authCaThumbprint: null,
    environment: 'workgroup',
    now: '2026-11-24T12:00:00.000Z',
    minDays: 30,
    ...more,
  };
};

/** The key of aCase, changed. */
export const aKey = (more: Partial<CertificateCase['key']>): CertificateCase['key'] => ({
  ...aCase().key,
  ...more,
});
