import type { CertificateFacts } from '../facts.js';
import { extensionName } from '../read/extensions.js';
import { called, chainEngine, couldNotCheck, failWith, pass, type Rule } from './rule.js';

/**
 * Extensions that Windows evaluates: those that CERT_TRUST_STATUS names a result for, and those that a certificate
 * template can mark as critical (Extensions tab: application policies, basic constraints, issuance policies, key usage).
 */
const evaluated = new Set([
  '2.5.29.10',
  '2.5.29.7',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.36',
  '2.5.29.37',
  '1.3.6.1.4.1.311.21.10',
  '1.3.6.1.4.1.311.21.11',
  '1.3.6.1.4.1.311.21.12',
]);

/** Well-known extensions of which no source says whether Windows evaluates them where they are critical. */
const uncertain: Readonly<Record<string, string>> = {
  '2.5.29.9': 'subjectDirectoryAttributes',
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.16': 'privateKeyUsagePeriod',
  '2.5.29.18': 'issuerAltName',
  '2.5.29.31': 'crlDistributionPoints',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.46': 'freshestCRL',
  '2.5.29.54': 'inhibitAnyPolicy',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
  '1.3.6.1.4.1.311.20.2': 'certificate template name',
  '1.3.6.1.4.1.311.21.1': 'CA version',
  '1.3.6.1.4.1.311.21.7': 'certificate template',
};

const having = (
  certificates: readonly CertificateFacts[],
  wanted: (id: string) => boolean,
): readonly string[] =>
  certificates.flatMap((certificate) => {
    const ids = certificate.critical.filter((id) => wanted(id));
    if (ids.length === 0) return [];
    return [
      `${called(certificate)} marks ${ids.map((id) => uncertain[id] ?? extensionName(id)).join(', ')} as critical.`,
    ];
  });

export const criticalExtensions: Rule = {
  id: 'critical-extensions',
  title: 'Critical extensions',
  required: 'Windows knows every extension that is marked critical, in each certificate of the chain.',
  source: chainEngine,
  severity: 'error',
  prevents: [33234, 33301],
  run: ({ chain }) => {
    const certificates = chain.links.map(({ certificate }) => certificate);
    const unknown = having(certificates, (id) => !evaluated.has(id) && !(id in uncertain));
    if (unknown.length > 0) {
      return failWith(
        unknown.map((text) => ({ text: `${text} Windows does not know it.`, windows: 'CERT_E_CRITICAL' })),
        'Request a certificate without this extension, or from a CA that does not mark it as critical.',
      );
    }
    const unsure = having(certificates, (id) => id in uncertain);
    if (unsure.length > 0) {
      return couldNotCheck(
        `${unsure.join(' ')} Microsoft does not document whether Windows accepts that.`,
        'Check it on Windows with: certutil -verify CERTIFICATE.cer',
      );
    }
    return pass('No extension is critical that Windows does not know.');
  },
};
