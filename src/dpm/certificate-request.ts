import type { Parsed } from './names.js';

/** What DPM accepts, as certreq calls it. Source: the page, "Back up using certificate authentication". */
const wantedKey = {
  provider: 'Microsoft RSA SChannel Cryptographic Provider',
  /** PROV_RSA_SCHANNEL */
  providerType: 12,
  /** AT_KEYEXCHANGE: the page's "Key type should be exchange". */
  keySpec: 1,
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
} as const;

export interface CertificateRequest {
  /** A parsed computer name; it goes into the file as it is. */
  readonly fqdn: string;
  /** Bits. */
  readonly keyLength: number;
  /** The template's name (not its display name), which an enterprise CA asks for; null for a CA without templates. */
  readonly template: string | null;
}

const templateName = /^[^\p{Cc}"'%;&|<>=\\,]{1,64}$/u;

/** A certificate template's name as it may stand in the INF. */
export const parseTemplateName = (text: string): Parsed<string> =>
  templateName.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        problem:
          'A template name has 1 to 64 characters, without quotes, control characters and any of % ; & | < > = \\ and comma. It is the name, not the display name (certutil -template lists both).',
      };

/**
 * The INF for `certreq -new`: an exportable RSA exchange key of the machine in the SChannel CSP, both usages,
 * CN = FQDN (the .bin is named by it, and DPM knows a renewed certificate by its subject). The template is not in it: on a computer
 * outside the domain certreq -new would ask "Template not found", and wait (CertificateDsc issues 49 and 54).
 */
export const certificateRequestInf = ({ fqdn, keyLength }: CertificateRequest): string =>
  [
    '; Certificate request for DPM certificate authentication',
    '[Version]',
    'Signature = "$Windows NT$"',
    '',
    '[NewRequest]',
    `Subject = "CN=${fqdn}"`,
    'RequestType = PKCS10',
    `ProviderName = "${wantedKey.provider}"`,
    `ProviderType = ${String(wantedKey.providerType)}`,
    '; AT_KEYEXCHANGE',
    `KeySpec = ${String(wantedKey.keySpec)}`,
    `KeyLength = ${String(keyLength)}`,
    'Exportable = TRUE',
    'MachineKeySet = TRUE',
    'HashAlgorithm = sha256',
    '; Digital signature and key encipherment',
    'KeyUsage = 0xa0',
    'SMIME = FALSE',
    '',
    '[EnhancedKeyUsageExtension]',
    `OID = ${wantedKey.serverAuthentication}`,
    `OID = ${wantedKey.clientAuthentication}`,
    '',
    '[Extensions]',
    '2.5.29.17 = "{text}"',
    `_continue_ = "dns=${fqdn}&"`,
    '',
  ].join('\r\n');

export interface RequestFiles {
  readonly inf: string;
  readonly request: string;
  readonly certificate: string;
  /** PKCS#7: the certificate with its chain, for checking the root before the certificate is accepted. */
  readonly chain: string;
}

export interface SubmitOptions {
  /** "server\\CA name"; null: certreq asks. */
  readonly ca: string | null;
  readonly template: string | null;
}

const config = (ca: string | null): readonly string[] => (ca === null ? [] : ['-config', ca]);

/** Arguments of certreq: make key and request, submit it, fetch what was approved later, bring certificate and key together. */
export const certreqArguments = {
  new: (files: RequestFiles): readonly string[] => ['-new', '-machine', files.inf, files.request],
  submit: (files: RequestFiles, { ca, template }: SubmitOptions): readonly string[] => [
    '-submit',
    ...config(ca),
    ...(template === null ? [] : ['-attrib', `CertificateTemplate:${template}`]),
    files.request,
    files.certificate,
    files.chain,
  ],
  /** `id`: the number that the CA gave the request. */
  retrieve: (files: RequestFiles, ca: string | null, id: string): readonly string[] => [
    '-retrieve',
    ...config(ca),
    id,
    files.certificate,
    files.chain,
  ],
  accept: (files: RequestFiles): readonly string[] => ['-accept', '-machine', files.certificate],
} as const;
