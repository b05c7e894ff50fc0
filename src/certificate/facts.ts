/*
 * What the rules see: plain data that survives JSON, with every foreign text already cleaned. No library's object
 * and no private key is in here.
 */

export interface NameFacts {
  /** As people read it, e.g. `CN=fin.contoso.com, O=Contoso`. Empty where the name has no parts. */
  readonly text: string;
  readonly commonNames: readonly string[];
  /** For comparing: the parts in lower case and with single spaces, whatever string type they have. */
  readonly comparable: string;
}

/**
 * The forms of names that Windows compares with name constraints ("CERT_TRUST_STATUS": directory, DNS, e-mail, URI, IP
 * and, of other names, the user principal name). `other`: any other form.
 */
export type NameForm = 'dns' | 'email' | 'uri' | 'ip' | 'directory' | 'upn' | 'other';

/** A name of a certificate, or a name space of a name constraint. */
export interface GeneralNameFacts {
  readonly form: NameForm;
  /** As people read it. */
  readonly text: string;
  /** For comparing: texts in lower case; an IP address in hexadecimal, with its mask in a constraint. */
  readonly comparable: string;
}

export interface NameConstraintsFacts {
  readonly permitted: readonly GeneralNameFacts[];
  readonly excluded: readonly GeneralNameFacts[];
  /** Parts that Windows does not support, as named in a sentence. */
  readonly unsupported: readonly string[];
}

/** How many certificates may follow before the constraint takes effect; null where it is not set. */
export interface PolicyConstraintsFacts {
  readonly requireExplicit: number | null;
  readonly inhibitMapping: number | null;
}

/** One distribution point of a revocation list. */
export interface DistributionPointFacts {
  readonly addresses: readonly string[];
  /** Its names as encoded, in base64. */
  readonly names: readonly string[];
  /** It gives only some reasons for a revocation. */
  readonly someReasons: boolean;
  /** Its list is issued by another CA. */
  readonly otherIssuer: boolean;
}

export interface CertificateFacts {
  /** As people count: 1 or 3. */
  readonly version: number;
  /** Upper-case hexadecimal without leading zeros. */
  readonly serialNumber: string;
  /** SHA-1 over the original DER, 40 upper-case digits: what Windows calls the thumbprint. */
  readonly thumbprint: string;
  readonly subject: NameFacts;
  readonly issuer: NameFacts;
  /** SHA-256 over the SubjectPublicKeyInfo, lower-case hexadecimal: equal for equal keys. */
  readonly keyId: string;
  readonly publicKey: {
    /** RSA, EC, Ed25519, …, or the OID. */
    readonly algorithm: string;
    /** RSA only: bits of the modulus. */
    readonly bits: number | null;
  };
  /** E.g. sha256WithRSAEncryption, or the OID. */
  readonly signatureAlgorithm: string;
  /** ISO 8601, or null for a date that no calendar has. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  /** OIDs; null where the certificate has no such extension. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** OIDs of Microsoft's own extension 1.3.6.1.4.1.311.21.10; null where the certificate has no such extension. */
  readonly applicationPolicies: readonly string[] | null;
  readonly nameConstraints: NameConstraintsFacts | null;
  /** OIDs of certificate policies; null where the certificate has no such extension. */
  readonly policies: readonly string[] | null;
  readonly policyConstraints: PolicyConstraintsFacts | null;
  readonly mapsPolicies: boolean;
  readonly inhibitsAnyPolicy: boolean;
  /** Every subject alternative name, however many there are. */
  readonly alternativeNames: readonly GeneralNameFacts[];
  /** Lower-case hexadecimal; null where the certificate has none. */
  readonly subjectKeyIdentifier: string | null;
  readonly authorityKeyIdentifier: string | null;
  /** OIDs of the extensions that are marked critical. */
  readonly critical: readonly string[];
  /** OIDs of the extensions that are there more than once; the first one counts. */
  readonly repeated: readonly string[];
  /** The certificate names one signature algorithm inside what is signed, and another one outside. */
  readonly algorithmsDiffer: boolean;
  /** Null where the certificate has no such extension. */
  readonly keyUsage: { readonly signsCertificates: boolean; readonly signsRevocationLists: boolean } | null;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly dnsNames: readonly string[];
  readonly distributionPoints: readonly DistributionPointFacts[];
  readonly crlAddresses: readonly string[];
  readonly ocspAddresses: readonly string[];
  readonly issuerAddresses: readonly string[];
  /** Why OpenSSL does not accept the certificate at all, so that no signature can be verified; otherwise null. */
  readonly refused: string | null;
  /** Extensions that are not encoded as they should be. */
  readonly malformed: readonly string[];
}

export type KeySpec = 'exchange' | 'signature' | 'cng';

export interface KeyFacts {
  readonly present: boolean;
  /** It belongs to the certificate; null where nobody can tell (no key, or a key in a store). */
  readonly belongs: boolean | null;
  /** Why it does not belong or could not be tried; of a key in a store, what Windows cannot read of it (a sentence). */
  readonly problem: string | null;
  /** Name of the provider, as the PFX or the store has it; null where none is recorded. */
  readonly provider: string | null;
  readonly keySpec: KeySpec | null;
  readonly exportable: boolean | null;
}

export type StoreName = 'LocalMachine\\My' | 'CurrentUser\\My';

export type FileFormat = 'PFX' | 'PEM' | 'DER' | 'PKCS#7';

export type CertificateOrigin =
  | { readonly kind: 'file'; readonly format: FileFormat; readonly file: string }
  | { readonly kind: 'store'; readonly store: StoreName };

/** What the file of a certificate holds besides it, its key and its chain, and how it is protected. */
export interface FileContents {
  /** Certificates of others and parts that cannot be read, each as it is named in a sentence. */
  readonly aside: readonly string[];
  /** Ciphers that protect it with the password, such as "AES-256". */
  readonly ciphers: readonly string[];
}

/** One certificate of the chain and how it is bound to the next one above. */
export interface ChainLink {
  readonly certificate: CertificateFacts;
  /**
   * Signature by the next certificate of the chain (by itself, for a root); null: there is no next one. `unverifiable`:
   * its algorithm or a key is one that cannot be computed here.
   */
  readonly signature: 'good' | 'bad' | 'unverifiable' | null;
}

export interface ChainFacts {
  /** The certificate first, the highest one that was found last. */
  readonly links: readonly ChainLink[];
  /** `root`: the last one is self-signed. `no-issuer`: its issuer was not found. `too-long`: cut at the limit. */
  readonly end: 'root' | 'no-issuer' | 'too-long';
  /**
   * `listed`: the root is in the trust list that was given. `not-listed`: it is not. `by-windows` and
   * `not-by-windows`: the computer's own answer. `no-list`: there was nothing to compare with.
   */
  readonly trust: 'listed' | 'not-listed' | 'by-windows' | 'not-by-windows' | 'no-list';
}

/** What came of asking one address about one certificate. */
export interface AddressFacts {
  readonly kind: 'crl' | 'ocsp';
  readonly address: string;
  /**
   * `good`, `revoked`: a valid answer. `unknown`: a valid answer that does not speak of this certificate.
   * `unreachable`: no answer. `unusable`: an answer that proves nothing (wrong signature, old, not readable).
   * `not-asked`: --offline, or over the limit. `directory`: LDAP, which is never asked. `other`: a scheme that is
   * never asked.
   */
  readonly outcome:
    'good' | 'revoked' | 'unknown' | 'unreachable' | 'unusable' | 'not-asked' | 'directory' | 'other';
  /** In words, for every outcome but good. */
  readonly why: string | null;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  readonly revokedAt: string | null;
}

export interface RevocationFacts {
  readonly offline: boolean;
  /** One entry for each certificate of the chain but the root. */
  readonly certificates: readonly {
    readonly subject: string;
    readonly thumbprint: string;
    readonly addresses: readonly AddressFacts[];
  }[];
}

/** Another input with the same certificate or the same key. */
export interface Twin {
  readonly name: string;
  readonly same: 'certificate' | 'key';
}

/** The old certificate of --replaces. */
export interface ReplacedFacts {
  readonly name: string;
  readonly subject: NameFacts;
  /** Null where its chain does not reach a root. */
  readonly root: { readonly name: NameFacts; readonly thumbprint: string } | null;
  readonly keyId: string;
  readonly thumbprint: string;
}

/** How the computer stands to the DPM server: decides what LDAP addresses are worth. */
export type Environment = 'workgroup' | 'untrusted-domain';

/** Everything the rules need to know of one certificate. Plain data. */
export interface CertificateCase {
  /** File name, or thumbprint and store; with the subject where a file holds several. */
  readonly name: string;
  readonly origin: CertificateOrigin;
  readonly certificate: CertificateFacts;
  /** Its own key made its signature: checked, not concluded from the names. Null: it could not be checked. */
  readonly selfSigned: boolean | null;
  readonly key: KeyFacts;
  readonly chain: ChainFacts;
  readonly revocation: RevocationFacts;
  readonly twins: readonly Twin[];
  readonly contents: FileContents;
  readonly expectedName: string | null;
  readonly replaces: ReplacedFacts | null;
  /** 40 upper-case digits. */
  readonly authCaThumbprint: string | null;
  readonly environment: Environment;
  /** ISO 8601. */
  readonly now: string;
  readonly minDays: number;
}
