import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * Certificates, keys, PFX files and revocation lists from the OpenSSL command line, made while a test runs. OpenSSL
 * knows nothing of the code under test, so that what a fixture is comes from how it was made.
 */

const probe = spawnSync('openssl', ['version'], { encoding: 'utf8' });

/** "OpenSSL 3.0.19 …", or null where the command is missing. */
export const opensslVersion: string | null =
  probe.status === 0 && probe.stdout.startsWith('OpenSSL 3.') ? probe.stdout.trim() : null;

/** For describe.skipIf; the name of the suite should say "needs openssl 3". */
export const noOpenssl = opensslVersion === null;

export const csp = 'Microsoft RSA SChannel Cryptographic Provider';
export const ksp = 'Microsoft Software Key Storage Provider';

/** EKU of a certificate that DPM accepts. */
export const bothUsages = 'extendedKeyUsage=clientAuth,serverAuth';

const caExtensions =
  'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash';

export type KeyKind = 'rsa:1024' | 'rsa:2048' | 'rsa:512' | 'ec:P-256' | 'ed25519' | (string & {});

export interface MadeCertificate {
  /** PEM files. */
  readonly path: string;
  readonly keyPath: string;
  readonly pem: string;
  readonly der: Buffer;
  readonly keyPem: string;
  /** Upper-case, without colons; from `openssl x509 -fingerprint -sha1`. */
  readonly thumbprint: string;
  /** Hexadecimal, as OpenSSL's database has it. */
  readonly serial: string;
  readonly subject: string;
  /** The certificates above it, nearest first. */
  readonly chain: readonly MadeCertificate[];
}

export interface CertificateOptions {
  /** OpenSSL's -subj, e.g. /O=Contoso/CN=fin.contoso.com */
  readonly subject: string;
  /** Absent: self-signed. */
  readonly issuer?: MadeCertificate;
  readonly key?: KeyKind;
  /** Another certificate's key file. */
  readonly keyPath?: string;
  /** Lines of an extension section; empty for a version 1 certificate (OpenSSL before 3.2). */
  readonly extensions?: string;
  /** From now on; not with `from` and `to`. */
  readonly days?: number;
  readonly from?: Date;
  readonly to?: Date;
  readonly digest?: string;
  /** Sign with this key instead of the issuer's: a wrong signature under the right name. */
  readonly signWith?: string;
  readonly serial?: string;
}

export interface PfxOptions {
  readonly password?: string;
  readonly csp?: string | null;
  readonly keyType?: 'exchange' | 'signature' | null;
  /** Default: the certificate's own. */
  readonly chain?: readonly MadeCertificate[];
  /** Default true. */
  readonly withKey?: boolean;
  readonly keyPath?: string;
  /** Default: triple DES, which every Windows reads; `aes`: what OpenSSL 3 does by itself. */
  readonly encryption?: 'triple-des' | 'aes';
  /** More arguments of `openssl pkcs12 -export`. */
  readonly more?: readonly string[];
}

export interface CrlOptions {
  readonly revoked?: readonly MadeCertificate[];
  readonly from?: Date;
  readonly to?: Date;
  readonly signWith?: MadeCertificate;
  /** Lines of the CRL extension section. */
  readonly extensions?: string;
  /** Default: sha256. */
  readonly digest?: string;
}

const stamp = (date: Date): string => `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
const shortStamp = (date: Date): string => stamp(date).slice(2);

const policy = [
  'countryName',
  'stateOrProvinceName',
  'localityName',
  'organizationName',
  'organizationalUnitName',
  'commonName',
  'domainComponent',
  'emailAddress',
]
  .map((name) => `${name}=optional`)
  .join('\n');

/** A folder of its own in which certificates are made; `remove()` it afterwards. */
export class Workshop {
  readonly folder: string;
  readonly #keys = new Map<string, string>();
  #count = 0;
  #serial = 0x1000;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'dpm-prep-openssl-'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs openssl with an argument array; throws what it wrote if it fails. */
  run(
    args: readonly string[],
    options: { input?: string | Buffer; env?: Record<string, string> } = {},
  ): Buffer {
    const result = spawnSync('openssl', args, {
      cwd: this.folder,
      input: options.input ?? '',
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
      maxBuffer: 64 * 1024 * 1024,
    });
    if (result.status !== 0) {
      throw new Error(`openssl ${args.join(' ')}\n${result.stderr.toString('utf8')}`);
    }
    return result.stdout;
  }

  #file(suffix: string): string {
    this.#count += 1;
    return join(this.folder, `${String(this.#count)}${suffix}`);
  }

  write(suffix: string, content: string | Buffer): string {
    const path = this.#file(suffix);
    writeFileSync(path, content);
    return path;
  }

  /** A new private key, as a PKCS#8 PEM file. With a name, the same key is given each time. */
  key(kind: KeyKind = 'rsa:2048', name?: string): string {
    const known = name === undefined ? undefined : this.#keys.get(`${kind} ${name}`);
    if (known !== undefined) return known;
    const path = this.#file('.key');
    const [algorithm, parameter] = kind.split(':');
    const options = {
      rsa: ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${parameter ?? '2048'}`],
      ec: ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${parameter ?? 'P-256'}`],
    }[algorithm ?? ''] ?? ['-algorithm', kind];
    this.run(['genpkey', ...options, '-out', path]);
    if (name !== undefined) this.#keys.set(`${kind} ${name}`, path);
    return path;
  }

  certificate(options: CertificateOptions): MadeCertificate {
    const keyPath = options.keyPath ?? this.key(options.key);
    const path = this.#file('.pem');
    const { issuer } = options;
    this.#serial += 1;
    const serial = options.serial ?? this.#serial.toString(16).toUpperCase();
    const request = this.#file('.csr');
    this.run([
      'req',
      '-new',
      '-key',
      keyPath,
      '-subj',
      options.subject,
      '-utf8',
      '-config',
      this.#emptyConfig(),
      '-out',
      request,
    ]);
    const extensions = options.extensions ?? (issuer === undefined ? caExtensions : bothUsages);
    const extensionFile =
      extensions === '' ? [] : ['-extfile', this.write('.ext', `[x]\n${extensions}\n`), '-extensions', 'x'];
    const signingKey = options.signWith ?? issuer?.keyPath ?? keyPath;
    if (options.from !== undefined || options.to !== undefined || options.signWith !== undefined) {
      this.#issueWithDates(options, request, path, extensionFile, signingKey, serial);
    } else {
      this.run([
        'x509',
        '-req',
        '-in',
        request,
        '-out',
        path,
        '-days',
        String(options.days ?? 365),
        '-set_serial',
        `0x${serial}`,
        ...(options.digest === undefined ? [] : [`-${options.digest}`]),
        ...(issuer === undefined ? ['-signkey', keyPath] : ['-CA', issuer.path, '-CAkey', signingKey]),
        ...extensionFile,
      ]);
    }
    return this.#made(
      path,
      keyPath,
      serial,
      options.subject,
      issuer === undefined ? [] : [issuer, ...issuer.chain],
    );
  }

  #made(
    path: string,
    keyPath: string,
    serial: string,
    subject: string,
    chain: readonly MadeCertificate[],
  ): MadeCertificate {
    const fingerprint = this.run(['x509', '-in', path, '-noout', '-fingerprint', '-sha1']).toString('utf8');
    return {
      path,
      keyPath,
      pem: this.run(['x509', '-in', path]).toString('utf8'),
      der: this.run(['x509', '-in', path, '-outform', 'DER']),
      keyPem: readFileSync(keyPath, 'utf8'),
      thumbprint: fingerprint.replace(/^.*=/, '').replaceAll(':', '').trim(),
      serial,
      subject,
      chain,
    };
  }

  #emptyConfig(): string {
    const path = join(this.folder, 'empty.cnf');
    writeFileSync(path, '[req]\ndistinguished_name=dn\n[dn]\n');
    return path;
  }

  #database(lines: readonly string[], extra = ''): string {
    const folder = this.#file('.ca');
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.txt'), lines.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
    writeFileSync(join(folder, 'crlnumber'), '01\n');
    const config = join(folder, 'ca.cnf');
    const at = (name: string): string => join(folder, name).replaceAll('\\', '/');
    writeFileSync(
      config,
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${at('index.txt')}\nserial=${at('serial')}\ncrlnumber=${at('crlnumber')}\n` +
        `new_certs_dir=${folder.replaceAll('\\', '/')}\ndefault_md=sha256\ndefault_crl_days=30\npolicy=p\nunique_subject=no\n` +
        `email_in_dn=yes\n[p]\n${policy}\n${extra}`,
    );
    return config;
  }

  // Only `openssl ca` sets dates freely in every version 3.
  #issueWithDates(
    options: CertificateOptions,
    request: string,
    path: string,
    extensionFile: readonly string[],
    signingKey: string,
    serial: string,
  ): void {
    const config = this.#database([]);
    writeFileSync(join(config, '..', 'serial'), `${serial.length % 2 === 0 ? '' : '0'}${serial}\n`);
    const from = options.from ?? new Date(Date.now() - 3_600_000);
    const to = options.to ?? new Date(from.getTime() + 365 * 86_400_000);
    const issuerPath = options.issuer?.path;
    // With another key under the issuer's name, `openssl ca` wants a certificate that fits that key.
    const signer =
      options.signWith === undefined || options.issuer === undefined
        ? issuerPath
        : this.certificate({ subject: options.issuer.subject, keyPath: options.signWith }).path;
    this.run([
      'ca',
      '-batch',
      '-notext',
      '-config',
      config,
      '-in',
      request,
      '-out',
      path,
      '-keyfile',
      signingKey,
      ...(signer === undefined ? ['-selfsign'] : ['-cert', signer]),
      '-startdate',
      stamp(from),
      '-enddate',
      stamp(to),
      '-preserveDN',
      '-md',
      options.digest ?? 'sha256',
      ...extensionFile,
    ]);
  }

  #keyOf(role: string, subject: string, more: Partial<CertificateOptions>): string {
    return more.keyPath ?? this.key(more.key, `${role} ${subject}`);
  }

  /** A self-signed CA. Here and below the same subject has the same key each time: making keys takes longest. */
  root(subject = '/O=Contoso/CN=Contoso Root', more: Partial<CertificateOptions> = {}): MadeCertificate {
    return this.certificate({
      subject,
      days: 3650,
      extensions: caExtensions,
      ...more,
      keyPath: this.#keyOf('root', subject, more),
    });
  }

  /** A CA below another one. */
  authority(
    issuer: MadeCertificate,
    subject = '/O=Contoso/CN=Contoso Issuing CA',
    more: Partial<CertificateOptions> = {},
  ): MadeCertificate {
    return this.certificate({
      subject,
      issuer,
      days: 1825,
      extensions: caExtensions,
      ...more,
      keyPath: this.#keyOf('ca', subject, more),
    });
  }

  /** A computer's certificate that DPM accepts, unless `more` says otherwise. */
  leaf(
    issuer: MadeCertificate,
    subject = '/CN=fin.contoso.com',
    more: Partial<CertificateOptions> = {},
  ): MadeCertificate {
    return this.certificate({
      subject,
      issuer,
      extensions: bothUsages,
      ...more,
      keyPath: this.#keyOf('leaf', subject, more),
    });
  }

  /** A PFX with the provider and key type that DPM wants, unless `options` say otherwise. */
  pfx(certificate: MadeCertificate, options: PfxOptions = {}): Buffer {
    const chain = options.chain ?? certificate.chain;
    const provider = options.csp === undefined ? csp : options.csp;
    const keyType = options.keyType === undefined ? 'exchange' : options.keyType;
    const withKey = options.withKey ?? true;
    const out = this.#file('.pfx');
    this.run(
      [
        'pkcs12',
        '-export',
        '-in',
        certificate.path,
        '-out',
        out,
        '-passout',
        'env:DPM_TEST_PASSWORD',
        ...(withKey ? ['-inkey', options.keyPath ?? certificate.keyPath] : ['-nokeys']),
        ...(withKey && provider !== null ? ['-CSP', provider] : []),
        ...(withKey && keyType !== null ? [keyType === 'exchange' ? '-keyex' : '-keysig'] : []),
        ...(chain.length === 0
          ? []
          : ['-certfile', this.write('.chain.pem', chain.map(({ pem }) => pem).join(''))]),
        ...((options.encryption ?? 'triple-des') === 'aes'
          ? []
          : ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']),
        ...(options.more ?? []),
      ],
      { env: { DPM_TEST_PASSWORD: options.password ?? 'secret-1' } },
    );
    return readFileSync(out);
  }

  /** A PKCS#7 file of certificates, DER or PEM. */
  pkcs7(certificates: readonly MadeCertificate[], form: 'DER' | 'PEM' = 'DER'): Buffer {
    const bundle = this.write('.pem', certificates.map(({ pem }) => pem).join(''));
    return this.run(['crl2pkcs7', '-nocrl', '-certfile', bundle, '-outform', form]);
  }

  /** Lines of OpenSSL's certificate database, for revocation lists and the responder. */
  #index(valid: readonly MadeCertificate[], revoked: readonly MadeCertificate[]): string[] {
    const later = shortStamp(new Date(Date.now() + 300 * 86_400_000));
    const before = shortStamp(new Date(Date.now() - 86_400_000));
    const serialOf = ({ serial }: MadeCertificate): string =>
      serial.length % 2 === 0 ? serial : `0${serial}`;
    return [
      ...valid.map((each) => `V\t${later}\t\t${serialOf(each)}\tunknown\t${each.subject}`),
      ...revoked.map((each) => `R\t${later}\t${before}\t${serialOf(each)}\tunknown\t${each.subject}`),
    ];
  }

  /** A revocation list in DER. */
  crl(authority: MadeCertificate, options: CrlOptions = {}): Buffer {
    const signer = options.signWith ?? authority;
    const extensions = options.extensions === undefined ? '' : `[crl]\n${options.extensions}\n`;
    const config = this.#database(this.#index([], options.revoked ?? []), extensions);
    const path = this.#file('.crl');
    this.run([
      'ca',
      '-gencrl',
      '-config',
      config,
      '-keyfile',
      signer.keyPath,
      '-cert',
      signer.path,
      '-crl_lastupdate',
      stamp(options.from ?? new Date(Date.now() - 3_600_000)),
      '-crl_nextupdate',
      stamp(options.to ?? new Date(Date.now() + 7 * 86_400_000)),
      ...(options.extensions === undefined ? [] : ['-crlexts', 'crl']),
      '-md',
      options.digest ?? 'sha256',
      '-out',
      path,
    ]);
    return this.run(['crl', '-in', path, '-outform', 'DER']);
  }

  /** DER of an ASN.1 structure in OpenSSL's own notation (ASN1_generate_nconf): for files that no tool makes. */
  asn1(lines: readonly string[]): Buffer {
    const out = this.#file('.der');
    this.run(['asn1parse', '-noout', '-genconf', this.write('.cnf', lines.join('\n')), '-out', out]);
    return readFileSync(out);
  }

  /** The database file that `openssl ocsp -index` wants. */
  responderIndex(valid: readonly MadeCertificate[], revoked: readonly MadeCertificate[] = []): string {
    return join(this.#database(this.#index(valid, revoked)), '..', 'index.txt');
  }
}

/** True where OpenSSL has its legacy provider (RC2, old PFX files). */
export const hasLegacyProvider = (): boolean => {
  try {
    execFileSync('openssl', ['list', '-providers', '-provider', 'legacy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
