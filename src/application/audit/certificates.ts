import {
  CertificateJudge,
  openStoreCertificate,
  type AddressFacts,
  type JudgedCertificate,
  type OpenedCertificate,
} from '../../certificate/index.js';
import type { AuditCertificate } from '../../audit/document.js';
import { blocks } from '../../checks/run-checks.js';
import type { Machine } from '../../machine/machine.js';
import type { CommandContext } from '../command.js';
import { lineOf, timeOf } from './reading.js';
import { byCodeUnits } from '../../order.js';

const most = 100;

/** The dates tell how long a certificate is valid, at whatever time the document is read. */
const judgedByDates: ReadonlySet<string> = new Set(['validity']);

const endOf = ({ certificate }: OpenedCertificate): string => certificate.facts.notAfter ?? '';

/** The configured certificate and those that could follow it: a superseded one says nothing about the backup. */
const relevant = (
  opened: readonly OpenedCertificate[],
  configured: string | null,
  now: Date,
): readonly OpenedCertificate[] => {
  const own = opened.find(({ certificate }) => certificate.facts.thumbprint === configured);
  const least = own === undefined ? now.toISOString() : endOf(own);
  return opened
    .filter((one) => one === own || (one.key.present && endOf(one) > least))
    .toSorted((a, b) => byCodeUnits(endOf(b), endOf(a)))
    .slice(0, most);
};

/** The revocation rule keeps every address of the chain with what it answered. */
const addressesIn = ({ findings }: JudgedCertificate): AuditCertificate['crls'] => {
  const details = findings.find(({ id }) => id === 'revocation')?.details as
    { readonly certificates?: readonly { readonly addresses: readonly AddressFacts[] }[] } | undefined;
  return (details?.certificates ?? [])
    .flatMap(({ addresses }) => addresses)
    .slice(0, 60)
    .map(({ address, outcome, nextUpdate }) => ({
      address: lineOf(address),
      outcome,
      nextUpdate: timeOf(nextUpdate),
    }));
};

const entryOf = (
  judged: JudgedCertificate,
  imports: ReadonlyMap<string, string>,
): readonly AuditCertificate[] => {
  const { certificate, findings } = judged;
  if (certificate === null) return [];
  const { thumbprint, subject, issuer, notBefore, notAfter, root } = certificate;
  return [
    {
      thumbprint,
      subject: lineOf(subject),
      issuer: lineOf(issuer),
      notBefore: timeOf(notBefore),
      notAfter: timeOf(notAfter),
      root: root === null ? null : { subject: lineOf(root.subject), thumbprint: root.thumbprint },
      importedAt: imports.get(thumbprint) ?? null,
      problems: findings
        .filter((finding) => blocks(finding) && !judgedByDates.has(finding.id))
        .map(({ id, found }) => ({ id, found: lineOf(found) })),
      crls: [...addressesIn(judged)],
    },
  ];
};

export interface CertificateReading {
  readonly configured: string | null;
  readonly expectedName: string;
  readonly imports: ReadonlyMap<string, string>;
  readonly offline: boolean;
  readonly now: Date;
}

/** LocalMachine\My as an audit document has it. Unless `offline`, the revocation addresses are asked from here. */
export const readCertificates = async (
  context: CommandContext,
  machine: Machine,
  { configured, expectedName, imports, offline, now }: CertificateReading,
): Promise<AuditCertificate[]> => {
  const { certificates } = await machine.ask('certificates', {
    stores: ['LocalMachine\\My'],
    thumbprint: null,
  });
  const opened = relevant(
    certificates.map((stored) => openStoreCertificate(stored)),
    configured,
    now,
  );
  const judge = new CertificateJudge({
    ...(expectedName.includes('.') ? { expectedName } : {}),
    offline,
    signal: context.signal,
  });
  return (await judge.judge(opened)).flatMap((judged) => entryOf(judged, imports));
};
