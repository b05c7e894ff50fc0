import type { PureCheck } from '../../checks/run-checks.js';
import type { Verdict } from '../../checks/check.js';
import { couldNotCheck, fail, notApplicable, pass, warn } from '../../checks/verdict.js';
import { microsoft, page } from '../../dpm/source.js';
import type { CertificateCase, CertificateFacts } from '../facts.js';

export type Rule = PureCheck<CertificateCase>;

/** The list of requirements in Microsoft's page. */
export const requirements = page('Back up using certificate authentication');

export { couldNotCheck, fail, notApplicable, pass, warn };

/** Windows' name for what is wrong (winerror.h): what an administrator finds in its logs and in certutil's output. */
export type WindowsError =
  | 'CERT_E_CHAINING'
  | 'CERT_E_CRITICAL'
  | 'CERT_E_EXPIRED'
  | 'CERT_E_INVALID_NAME'
  | 'CERT_E_INVALID_POLICY'
  | 'CERT_E_UNTRUSTEDROOT'
  | 'CERT_E_WRONG_USAGE'
  | 'TRUST_E_BASIC_CONSTRAINTS'
  | 'TRUST_E_CERT_SIGNATURE';

/** One thing that is wrong, as a whole sentence, and how Windows calls it; null where Windows does not refuse it. */
export interface Fault {
  readonly text: string;
  readonly windows: WindowsError | null;
}

/** Fails with every fault; the names that Windows has for them stand in the text and in the details. */
export const failWith = (faults: readonly Fault[], ...fix: readonly string[]): Verdict => {
  const names = [...new Set(faults.flatMap(({ windows }) => (windows === null ? [] : [windows])))];
  const text = faults.map((fault) => fault.text).join(' ');
  return {
    ...fail(names.length === 0 ? text : `${text} (Windows: ${names.join(', ')})`, ...fix),
    details: { problems: faults.map((fault) => fault.text), windows: names },
  };
};

/** Microsoft's documentation of what the chain engine of Windows checks. */
export const chainEngine = microsoft('CERT_TRUST_STATUS structure (wincrypt.h)');

/** The name of a certificate in a sentence. */
export const called = (certificate: CertificateFacts): string =>
  certificate.subject.text === '' ? `the certificate ${certificate.thumbprint}` : certificate.subject.text;

/** The certificate at the top of the chain, if the chain reaches a root. */
export const rootOf = ({ chain }: CertificateCase): CertificateFacts | null =>
  chain.end === 'root' ? (chain.links.at(-1)?.certificate ?? null) : null;

/** The day of an ISO 8601 time. */
export const day = (time: string): string => time.slice(0, 10);

export const daysBetween = (from: string, to: string): number =>
  Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** The provider that DPM can use keys of, and that convert-cert writes. */
export const wantedProvider = 'Microsoft RSA SChannel Cryptographic Provider';

export const isRsa = ({ publicKey }: CertificateFacts): boolean => publicKey.algorithm === 'RSA';

const quoted = (file: string): string => (/[^\w.:/\\-]/.test(file) ? `"${file}"` : file);

/** What `convertFile` writes. */
export const convertedName = (file: string): string => `${file.replace(/\.[A-Za-z0-9]+$/, '')}-dpm.pfx`;

/** The command that writes a file which imports into a CSP on every supported Windows. */
export const convertFile = (file: string): string =>
  `dpm-prep convert-cert ${quoted(file)} --out ${quoted(convertedName(file))}`;

/** The AES ciphers that protect the file: Windows Server 2016 and older do not read them. */
export const aesCiphers = ({ contents }: Pick<CertificateCase, 'contents'>): readonly string[] =>
  contents.ciphers.filter((cipher) => cipher.startsWith('AES'));

/** How a key gets into a CSP with the key type exchange. */
export const importIntoCsp = (subject: CertificateCase): readonly string[] => {
  const { origin } = subject;
  const certutil = (file: string): string =>
    `certutil -csp "${wantedProvider}" -importpfx ${file} AT_KEYEXCHANGE`;
  if (origin.kind === 'store') {
    return [
      'Export it with its private key as .pfx (Certificates snap-in: All Tasks > Export), and delete it from the store.',
      `Import it again with: ${certutil('FILE.pfx')}`,
    ];
  }
  const convert = `rite a file that imports that way by itself: ${convertFile(origin.file)}`;
  if (origin.format !== 'PFX') return [`W${convert}`];
  const where =
    aesCiphers(subject).length === 0
      ? ''
      : ' (on Windows Server 2019 or later only, because the file is encrypted with AES)';
  return [`Import it${where} with: ${certutil(quoted(origin.file))}`, `Or w${convert}`];
};

export const requestAgain =
  'Request a new certificate from a template with the compatibility "Windows Server 2003 Enterprise", such as a duplicate of RAS and IAS Server.';
