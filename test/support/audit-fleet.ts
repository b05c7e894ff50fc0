import type { AuditCertificate, AuditDocument, AuditedListing } from '../../src/audit/document.js';

/*
 * Audit documents of many computers, as "dpm-prep audit" writes them on computers where all is well. Every second one
 * authenticates by certificate. They can be changed, so that a test or a benchmark can break single ones.
 */

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
export type Document = Mutable<AuditDocument>;
export type Certificate = Mutable<AuditCertificate>;
export type Row = Mutable<AuditedListing>;

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export interface MadeFleet {
  readonly now: Date;
  readonly servers: readonly Document[];
  readonly computers: readonly Document[];
}

/** 40 upper-case hexadecimal digits that no other seed gives. */
export const thumbprintOf = (seed: number): string => seed.toString(16).toUpperCase().padStart(40, '5');

export const rootOf = (seed: number) => ({
  subject: `CN=Root ${String(seed)}`,
  thumbprint: thumbprintOf(1_000_000 + seed),
});

export const certificateOf = (now: Date, seed: number, name: string, days = 400): Certificate => ({
  thumbprint: thumbprintOf(seed),
  subject: `CN=${name}`,
  issuer: 'CN=Issuing CA',
  notBefore: new Date(now.getTime() - 60 * dayMs).toISOString(),
  notAfter: new Date(now.getTime() + days * dayMs).toISOString(),
  root: rootOf(1),
  importedAt: new Date(now.getTime() - 59 * dayMs).toISOString(),
  problems: [],
  crls: [
    {
      address: 'http://pki.contoso.com/issuing.crl',
      outcome: 'good',
      nextUpdate: new Date(now.getTime() + 5 * dayMs).toISOString(),
    },
  ],
});

const known = <T>(value: T): { value: T; why: null } => ({ value, why: null });
const unread = (why: string): { value: null; why: string } => ({ value: null, why });

const roots = [rootOf(1), ...Array.from({ length: 60 }, (_, n) => rootOf(100 + n))].map(
  ({ thumbprint }) => thumbprint,
);

const base = (now: Date, netbiosName: string, suffix: string): Document => ({
  kind: 'dpm-prep audit',
  schemaVersion: 1,
  rehearsal: false,
  madeBy: '0.1.0',
  readAt: new Date(now.getTime() - 2 * hourMs).toISOString(),
  computer: {
    netbiosName,
    fqdn: `${netbiosName}.${suffix}`,
    role: 'protected-computer',
    membership: 'workgroup',
    membershipName: 'WORKGROUP',
    operatingSystem: 'Microsoft Windows Server 2022 Standard',
    elevated: true,
  },
  restart: { pending: false, reasons: [] },
  lastStart: known(new Date(now.getTime() - 20 * dayMs).toISOString()),
  version: known('10.22.197.0'),
  services: known([
    { name: 'DPMRA', state: 'stopped', startMode: 'manual' },
    { name: 'DpmCPWrapperService', state: 'running', startMode: 'automatic' },
  ]),
  firewall: known({ enabled: true, profiles: [{ profile: 'public', enabled: true }] }),
  ports: known([{ port: 135, process: 'svchost' }]),
  clock: unread('The DPM server did not answer.'),
  checks: known([]),
  roots: known([...roots]),
  configuredThumbprint: unread('dpm-prep did not configure this computer with a certificate.'),
  certificates: known([]),
  lastChange: known({
    at: new Date(now.getTime() - 58 * dayMs).toISOString(),
    by: 'CONTOSO\\mark',
    command: 'set-dpm-server',
    exitCode: 6,
  }),
  protectedComputer: null,
  dpmServer: null,
});

const unchanged = { state: 'unchanged', generation: null, back: false, at: null } as const;

const rowOf = (now: Date, name: string, certificate: boolean): Row => ({
  name,
  machineName: name,
  state: 'HasDatasourcesProtected',
  connectivity: null,
  clusterName: null,
  agentVersion: null,
  authentication: null,
  passwordToldAt: certificate ? null : new Date(now.getTime() - 10 * dayMs).toISOString(),
  passwordChange: certificate ? null : { ...unchanged },
  runningJobs: known([]),
  refresh: null,
});

export const makeFleet = (computers: number, servers: number, now = new Date()): MadeFleet => {
  const made = Array.from({ length: servers }, (_, n): Document => {
    const document = base(now, `DPM${String(n + 1).padStart(2, '0')}`, 'corp.contoso.com');
    const certificate = certificateOf(now, 500_000 + n, document.computer.fqdn ?? '');
    return {
      ...document,
      // Read before the computers were.
      readAt: new Date(now.getTime() - 3 * hourMs).toISOString(),
      computer: { ...document.computer, role: 'dpm-server', membership: 'domain' },
      configuredThumbprint: known(certificate.thumbprint),
      certificates: known([certificate]),
      dpmServer: { computers: known([]), alerts: known([]) },
    };
  });
  const all = Array.from({ length: computers }, (_, n): Document => {
    const certificate = n % 2 === 1;
    const document = base(now, `FIN${String(n + 1).padStart(4, '0')}`, 'widgets.corp.com');
    const server = made[n % servers];
    if (server === undefined) throw new Error('a fleet needs a DPM server');
    const { fqdn, netbiosName } = document.computer;
    server.dpmServer?.computers.value?.push(
      rowOf(now, certificate ? (fqdn ?? '') : netbiosName, certificate),
    );
    const own = certificateOf(now, n, fqdn ?? '');
    return {
      ...document,
      ...(certificate ? { configuredThumbprint: known(own.thumbprint), certificates: known([own]) } : {}),
      protectedComputer: {
        owners: certificate
          ? known([server.computer.fqdn ?? ''])
          : unread('The agent does not show which DPM server it belongs to.'),
        dpmServerName: known(certificate ? (server.computer.fqdn ?? '') : server.computer.netbiosName),
        mode: known(certificate ? 'certificate' : 'ntlm'),
        passwordChange: certificate
          ? unread('The agent authenticates by certificate.')
          : known({ ...unchanged }),
        account: certificate
          ? unread('The agent authenticates by certificate.')
          : known({
              name: `dpm${String(n + 1)}`,
              enabled: true,
              locked: false,
              passwordSet: new Date(now.getTime() - 10 * dayMs - 60_000).toISOString(),
              passwordExpires: true,
              passwordExpiresAt: new Date(now.getTime() + 32 * dayMs).toISOString(),
            }),
      },
    };
  });
  return { now, servers: made, computers: all };
};

/** The rows of all DPM servers for a computer. */
export const rowsOf = ({ servers }: MadeFleet, { computer }: Document): readonly Row[] =>
  servers.flatMap(({ dpmServer }) =>
    (dpmServer?.computers.value ?? []).filter(
      ({ name }) => name === computer.netbiosName || name === computer.fqdn,
    ),
  );
