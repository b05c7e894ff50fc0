import type { AuditCertificate, AuditDocument } from './document.js';

/** The certificates of one computer, in the parts that they play now. */
export interface Certificates {
  /** What the computer was configured with; null: its certificate is not in the store, or nothing is known. */
  readonly configured: AuditCertificate | null;
  /** Same subject and same root, ends later, can be used: Microsoft says that importing such a one is enough. */
  readonly successors: readonly AuditCertificate[];
  /** Can be used and ends later, but its subject or root differ: DPM must be configured again for it. */
  readonly others: readonly AuditCertificate[];
}

const isUsable = ({ problems }: AuditCertificate): boolean => problems.length === 0;

export const endMs = ({ notAfter }: AuditCertificate): number =>
  notAfter === null ? Number.NaN : Date.parse(notAfter);

const hasBegun = ({ notBefore }: AuditCertificate, now: Date): boolean =>
  notBefore !== null && Date.parse(notBefore) <= now.getTime();

/** Latest end first. */
const sortedByEnd = (certificates: readonly AuditCertificate[]): readonly AuditCertificate[] =>
  certificates.toSorted((a, b) => endMs(b) - endMs(a));

export const certificatesOf = (document: AuditDocument, now: Date): Certificates => {
  const all = document.certificates.value ?? [];
  const configured = all.find(({ thumbprint }) => thumbprint === document.configuredThumbprint.value) ?? null;
  const usable = all.filter(
    (one) => one !== configured && isUsable(one) && hasBegun(one, now) && endMs(one) > now.getTime(),
  );
  if (configured === null) return { configured, successors: [], others: sortedByEnd(usable) };
  const later = sortedByEnd(usable.filter((one) => endMs(one) > endMs(configured)));
  const follows = ({ subject, root }: AuditCertificate): boolean =>
    subject === configured.subject && root !== null && root.thumbprint === configured.root?.thumbprint;
  return {
    configured,
    successors: later.filter(follows),
    others: later.filter((one) => !follows(one)),
  };
};

/** The certificate that backups depend on: the newest successor, else the configured one. */
export const effectiveOf = ({ configured, successors }: Certificates): AuditCertificate | null =>
  successors[0] ?? configured;

/** Does this computer authenticate by certificate? Null: nobody knows. */
export const usesCertificates = (document: AuditDocument): boolean | null => {
  if (document.computer.role === 'dpm-server') return document.configuredThumbprint.value !== null;
  const mode = document.protectedComputer?.mode.value ?? null;
  return mode === null ? null : mode === 'certificate';
};
