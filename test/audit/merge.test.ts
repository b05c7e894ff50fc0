import { describe, expect, it } from 'vitest';
import { parseAudit, serializeAudit } from '../../src/audit/document.js';
import type { MergeInput, Received } from '../../src/audit/fleet.js';
import { judgeFleet, type AuditResult } from '../../src/audit/judge.js';
import {
  certificateOf,
  dayMs,
  makeFleet,
  rootOf,
  rowsOf,
  thumbprintOf,
  type Document,
  type MadeFleet,
} from '../support/audit-fleet.js';

const received = ({ servers, computers }: MadeFleet): Received[] =>
  [...servers, ...computers].map((document) => ({
    file: `${document.computer.netbiosName}.audit.json`,
    document,
  }));

const rosterOf = ({ computers }: MadeFleet): string[] =>
  computers.map(({ computer }) => computer.netbiosName);

const judged = (
  fleet: MadeFleet,
  change: Partial<MergeInput> = {},
  ignore: readonly string[] = [],
): AuditResult =>
  judgeFleet(
    {
      received: received(fleet),
      roster: rosterOf(fleet),
      now: fleet.now,
      maxAgeMs: 26 * 3_600_000,
      minDays: 30,
      rehearsal: false,
      ...change,
    },
    ignore,
  );

/** `FIN0001 check-id status`, sorted. */
const loud = ({ computers }: AuditResult): readonly string[] =>
  computers
    .flatMap(({ name, findings }) =>
      findings.map(({ id, status }) => `${name.split('.')[0] ?? name} ${id} ${status}`),
    )
    .sort();

const at = (fleet: MadeFleet, n: number): Document => {
  const document = fleet.computers[n - 1];
  if (document === undefined) throw new Error(`there is no computer ${String(n)}`);
  return document;
};

const inMs = (fleet: MadeFleet, ms: number): string => new Date(fleet.now.getTime() + ms).toISOString();

const account = ({ protectedComputer }: Document) => {
  const value = protectedComputer?.account.value;
  if (!value) throw new Error('no account');
  return value;
};

const certificate = ({ certificates }: Document) => {
  const first = certificates.value?.[0];
  if (!first) throw new Error('no certificate');
  return first;
};

const row = (fleet: MadeFleet, document: Document) => {
  const [first] = rowsOf(fleet, document);
  if (!first) throw new Error('not listed');
  return first;
};

type PasswordState = 'computer-only' | 'server-told' | 'verified';
const changed = (fleet: MadeFleet, state: PasswordState, hours: number) => ({
  state,
  generation: '2026-11',
  back: false,
  at: inMs(fleet, hours * 3_600_000),
});

const known = <T>(value: T): { value: T; why: null } => ({ value, why: null });

/** Breaks computer n, and says what must be found. Odd numbers authenticate by NTLM, even ones by certificate. */
interface Fault {
  readonly what: string;
  readonly n: number;
  readonly does: (
    fleet: MadeFleet,
    document: Document,
    input: { received: Received[]; roster: string[] },
  ) => void;
  readonly found: readonly string[];
}

const withoutDocument = (input: { received: Received[] }, { computer }: Document): void => {
  input.received.splice(
    input.received.findIndex((one) => one.file === `${computer.netbiosName}.audit.json`),
    1,
  );
};

const faults: readonly Fault[] = [
  {
    what: 'a listed computer sent no document',
    n: 11,
    does: (_fleet, document, input) => {
      withoutDocument(input, document);
    },
    found: ['FIN0011 document-missing could-not-check'],
  },
  {
    what: 'no DPM server lists a computer',
    n: 12,
    does: (fleet, document) => {
      for (const { dpmServer } of fleet.servers) {
        const list = dpmServer?.computers;
        if (list?.value) list.value = list.value.filter(({ name }) => name !== document.computer.fqdn);
      }
    },
    found: ['FIN0012 not-listed fail'],
  },
  {
    what: 'two DPM servers list one computer',
    n: 13,
    does: (fleet, document) => {
      fleet.servers[0]?.dpmServer?.computers.value?.push({ ...row(fleet, document), passwordToldAt: null });
    },
    found: ['FIN0013 listed-twice fail'],
  },
  {
    what: 'the agent belongs to another DPM server than the one that lists it',
    n: 14,
    does: (_fleet, { protectedComputer }) => {
      if (protectedComputer) protectedComputer.owners = known(['DPM01.corp.contoso.com']);
    },
    found: ['FIN0014 owner-differs fail'],
  },
  {
    what: 'the agent is newer than the DPM server',
    n: 15,
    does: (_fleet, document) => {
      document.version = known('10.25.10.0');
    },
    found: ['FIN0015 agent-newer fail'],
  },
  {
    what: 'the agent is older than the DPM server',
    n: 16,
    does: (_fleet, document) => {
      document.version = known('10.22.99.0');
    },
    found: ['FIN0016 agent-older warn'],
  },
  {
    what: 'the computer does not trust the root of the DPM server',
    n: 18,
    does: (_fleet, document) => {
      document.roots = known(document.roots.value?.filter((one) => one !== rootOf(1).thumbprint) ?? []);
    },
    found: ['FIN0018 partner-root fail'],
  },
  {
    what: 'the DPM server does not trust the root of the computer',
    n: 20,
    does: (_fleet, document) => {
      certificate(document).root = rootOf(9);
    },
    found: ['FIN0020 partner-root fail'],
  },
  {
    what: 'the certificate ends soon',
    n: 22,
    does: (fleet, document) => {
      certificate(document).notAfter = inMs(fleet, 10 * dayMs);
    },
    found: ['FIN0022 certificate-ending warn'],
  },
  {
    what: 'the certificate has ended',
    n: 24,
    does: (fleet, document) => {
      certificate(document).notAfter = inMs(fleet, -dayMs);
    },
    found: ['FIN0024 certificate-ending fail'],
  },
  {
    what: 'the configured certificate is not in the store',
    n: 26,
    does: (_fleet, document) => {
      document.certificates = known([]);
    },
    found: ['FIN0026 certificate-ending fail'],
  },
  {
    what: 'the certificate cannot be used',
    n: 28,
    does: (_fleet, document) => {
      certificate(document).problems.push({ id: 'revocation', found: 'No server gave a valid answer.' });
    },
    found: ['FIN0028 certificate-unusable fail'],
  },
  {
    what: 'DPM still uses the old certificate, and its successor is there for a week',
    n: 30,
    does: (fleet, document) => {
      const old = certificate(document);
      const successor = { ...old, thumbprint: thumbprintOf(700_030), notAfter: inMs(fleet, 700 * dayMs) };
      successor.importedAt = inMs(fleet, -7 * dayMs);
      document.certificates.value?.push(successor);
      old.notAfter = inMs(fleet, 5 * dayMs);
      fleet.servers[1]?.dpmServer?.alerts.value?.push({
        at: inMs(fleet, -dayMs),
        id: 33_323,
        thumbprint: old.thumbprint,
        text: 'The certificate is about to expire.',
      });
    },
    found: ['FIN0030 successor-not-used fail'],
  },
  {
    what: 'the only certificate that could follow has another root',
    n: 32,
    does: (fleet, document) => {
      const old = certificate(document);
      document.certificates.value?.push({
        ...certificateOf(fleet.now, 700_032, document.computer.fqdn ?? '', 700),
        root: rootOf(101),
      });
      old.notAfter = inMs(fleet, 10 * dayMs);
    },
    found: ['FIN0032 certificate-ending warn', 'FIN0032 successor-not-used fail'],
  },
  {
    what: 'the password expires soon',
    n: 33,
    does: (fleet, document) => {
      account(document).passwordExpiresAt = inMs(fleet, 5 * dayMs);
    },
    found: ['FIN0033 password-expiring warn'],
  },
  {
    what: 'the password has expired',
    n: 35,
    does: (fleet, document) => {
      account(document).passwordExpiresAt = inMs(fleet, -5 * dayMs);
    },
    found: ['FIN0035 password-expiring fail'],
  },
  {
    what: 'the password was changed on the computer only',
    n: 37,
    does: (fleet, document) => {
      account(document).passwordSet = inMs(fleet, -2 * dayMs);
    },
    found: ['FIN0037 password-half-changed fail'],
  },
  {
    what: 'a generation of the password is set on the computer only',
    n: 63,
    does: (fleet, { protectedComputer }) => {
      if (protectedComputer) protectedComputer.passwordChange = known(changed(fleet, 'computer-only', -20));
    },
    found: ['FIN0063 password-half-changed fail'],
  },
  {
    what: 'the DPM server has not reached the agent with a new generation of the password',
    n: 65,
    does: (fleet, document) => {
      const { protectedComputer } = document;
      if (protectedComputer) protectedComputer.passwordChange = known(changed(fleet, 'computer-only', -20));
      row(fleet, document).passwordChange = changed(fleet, 'server-told', -20);
    },
    found: ['FIN0065 password-half-changed fail'],
  },
  {
    what: 'the DPM server has a generation of the password that the computer does not have',
    n: 67,
    does: (fleet, document) => {
      row(fleet, document).passwordChange = changed(fleet, 'verified', -20);
    },
    found: ['FIN0067 password-half-changed fail'],
  },
  {
    what: 'the account is locked out',
    n: 39,
    does: (_fleet, document) => {
      account(document).locked = true;
    },
    found: ['FIN0039 account-unusable fail'],
  },
  {
    what: 'the account is disabled',
    n: 41,
    does: (_fleet, document) => {
      account(document).enabled = false;
    },
    found: ['FIN0041 account-unusable fail'],
  },
  {
    what: 'the document is old',
    n: 43,
    does: (fleet, document) => {
      document.readAt = inMs(fleet, -3 * dayMs);
    },
    found: ['FIN0043 document-stale could-not-check'],
  },
  {
    what: 'the document is from the future',
    n: 45,
    does: (fleet, document) => {
      document.readAt = inMs(fleet, 3_600_000);
    },
    found: ['FIN0045 document-stale could-not-check'],
  },
  {
    what: 'there are two documents of one computer',
    n: 47,
    does: (fleet, document, input) => {
      input.received.push({
        file: 'older.audit.json',
        document: { ...document, readAt: inMs(fleet, -20 * 3_600_000) },
      });
    },
    found: ['FIN0047 document-duplicate could-not-check'],
  },
  {
    what: 'the document comes from a rehearsal',
    n: 49,
    does: (_fleet, document) => {
      document.rehearsal = true;
    },
    found: ['FIN0049 document-missing could-not-check', 'FIN0049 document-rehearsal could-not-check'],
  },
  {
    what: 'the roster does not name the computer',
    n: 51,
    does: (_fleet, { computer }, input) => {
      input.roster.splice(input.roster.indexOf(computer.netbiosName), 1);
    },
    found: ['FIN0051 not-in-roster warn'],
  },
  {
    what: 'a part could not be read',
    n: 52,
    does: (_fleet, document) => {
      document.roots = { value: null, why: 'Access is denied.' };
    },
    found: ['FIN0052 facts-unread could-not-check', 'FIN0052 partner-root could-not-check'],
  },
  {
    what: 'the agent does not answer the DPM server',
    n: 53,
    does: (fleet, document) => {
      row(fleet, document).refresh = { answered: false, why: '0x800706BA' };
    },
    found: ['FIN0053 not-answering fail'],
  },
  {
    what: 'a service is disabled',
    n: 54,
    does: (_fleet, document) => {
      document.services = known([{ name: 'DPMRA', state: 'stopped', startMode: 'disabled' }]);
    },
    found: ['FIN0054 agent-service fail'],
  },
  {
    what: 'Windows waits for a restart',
    n: 55,
    does: (_fleet, document) => {
      document.restart = { pending: true, reasons: ['PendingFileRenameOperations'] };
    },
    found: ['FIN0055 restart-waiting warn'],
  },
  {
    what: 'the firewall is in the way',
    n: 57,
    does: (_fleet, document) => {
      document.checks = known([{ id: 'firewall-rules', status: 'fail', found: 'No rule allows DPMRA.exe.' }]);
    },
    found: ['FIN0057 connection fail'],
  },
  {
    what: 'a check of the connection could not be made',
    n: 58,
    does: (_fleet, document) => {
      document.checks = known([
        { id: 'firewall-rules', status: 'could-not-check', found: 'The rules could not be read.' },
      ]);
    },
    found: ['FIN0058 connection could-not-check'],
  },
  {
    what: 'the clocks differ',
    n: 59,
    does: (_fleet, document) => {
      document.clock = known({ other: 'DPM04', aheadSeconds: -660 });
    },
    found: ['FIN0059 clocks-differ warn'],
  },
  {
    what: 'a run was interrupted',
    n: 61,
    does: (_fleet, { lastChange }) => {
      if (lastChange.value) lastChange.value.exitCode = null;
    },
    found: ['FIN0061 run-cut-off warn'],
  },
  {
    what: 'a run was cancelled',
    n: 63,
    does: (_fleet, { lastChange }) => {
      if (lastChange.value) lastChange.value.exitCode = 130;
    },
    found: ['FIN0063 run-cut-off warn'],
  },
];

const broken = (which: readonly Fault[]): readonly string[] => {
  const fleet = makeFleet(500, 5);
  const input = { received: received(fleet), roster: rosterOf(fleet) };
  for (const fault of which) fault.does(fleet, at(fleet, fault.n), input);
  return loud(judged(fleet, input));
};

describe('500 computers and 5 DPM servers', () => {
  it('raise nothing while all is well', () => {
    expect(loud(judged(makeFleet(500, 5)))).toEqual([]);
  });

  it.each([
    [[], null],
    [
      ['Replication'],
      'Jobs of this computer ran when the document was read: Replication. Update it when none runs (ID 323).',
    ],
    [null, 'The running jobs of this computer could not be read. Update it when none runs (ID 323).'],
  ])('advise to wait for running jobs before an agent is updated: %s', (jobs, advice) => {
    const fleet = makeFleet(500, 5);
    const document = at(fleet, 16);
    row(fleet, document).runningJobs = jobs === null ? { value: null, why: 'No module.' } : known(jobs);
    expect(loud(judged(fleet))).toEqual([]);
    document.version = known('10.22.99.0');
    const finding = judged(fleet).computers.flatMap(({ findings }) => findings)[0];
    expect(finding).toMatchObject({ id: 'agent-older', status: 'warn' });
    expect(finding?.fix?.filter((text) => text.includes('323'))).toEqual(advice === null ? [] : [advice]);
  });

  it.each(['the DPM server', 'the computer'])(
    'need the root of a renewed certificate of %s on the other side',
    (whose) => {
      const fleet = makeFleet(500, 5);
      const document = at(fleet, 18);
      const own = row(fleet, document);
      const server = fleet.servers.find(({ dpmServer }) => dpmServer?.computers.value?.includes(own));
      if (server === undefined) throw new Error('not listed');
      const [from, to] = whose === 'the computer' ? [document, server] : [server, document];
      const old = certificate(from);
      old.root = rootOf(9);
      from.certificates.value?.push({
        ...old,
        thumbprint: thumbprintOf(900_018),
        notAfter: inMs(fleet, 700 * dayMs),
        importedAt: inMs(fleet, -3_600_000),
      });
      expect(to.roots.value).not.toContain(rootOf(9).thumbprint);
      expect(loud(judged(fleet))).toContain('FIN0018 partner-root fail');
    },
  );

  it('raise nothing right after every certificate was renewed, while DPM alerted before', () => {
    const fleet = makeFleet(500, 5);
    for (const [index, document] of [...fleet.servers, ...fleet.computers].entries()) {
      if (document.configuredThumbprint.value === null) continue;
      const old = certificate(document);
      document.certificates.value?.unshift({
        ...old,
        thumbprint: thumbprintOf(800_000 + index),
        notBefore: inMs(fleet, -3 * 3_600_000),
        notAfter: inMs(fleet, 700 * dayMs),
        importedAt: inMs(fleet, -2.5 * 3_600_000),
      });
      // Some have ended since: the renewal came before.
      old.notAfter = inMs(fleet, index % 3 === 0 ? -3_600_000 : 5 * dayMs);
      fleet.servers[0]?.dpmServer?.alerts.value?.push({
        at: inMs(fleet, -2 * dayMs),
        id: 33_324,
        thumbprint: old.thumbprint,
        text: 'The certificate is about to expire.',
      });
    }
    expect(loud(judged(fleet))).toEqual([]);
  });

  it('raise nothing right after every password was changed, and unknown where the DPM server was read before', () => {
    const fleet = makeFleet(500, 5);
    for (const document of fleet.computers) {
      if (!document.protectedComputer?.account.value) continue;
      account(document).passwordSet = inMs(fleet, -4 * 3_600_000);
      row(fleet, document).passwordToldAt = inMs(fleet, -4 * 3_600_000 + 60_000);
    }
    expect(loud(judged(fleet))).toEqual([]);
    for (const document of fleet.computers) {
      if (!document.protectedComputer?.account.value) continue;
      document.protectedComputer.passwordChange = known(changed(fleet, 'verified', -4));
      row(fleet, document).passwordChange = changed(fleet, 'verified', -4);
    }
    expect(loud(judged(fleet))).toEqual([]);
    const late = at(fleet, 1);
    account(late).passwordSet = inMs(fleet, -2.5 * 3_600_000);
    expect(loud(judged(fleet))).toEqual(['FIN0001 password-half-changed could-not-check']);
  });

  it(`show all of ${String(faults.length)} kinds of faults, and nothing else`, () => {
    expect(faults.length).toBeGreaterThanOrEqual(20);
    expect(broken(faults)).toEqual(faults.flatMap(({ found }) => found).sort());
  });

  it.each(faults.map((fault) => [fault.what, fault] as const))('show alone: %s', (_what, fault) => {
    expect(broken([fault])).toEqual([...fault.found].sort());
  });
});

describe('the worst comes first', () => {
  it('and what is ignored does not count', () => {
    const fleet = makeFleet(10, 1);
    account(at(fleet, 5)).locked = true;
    at(fleet, 3).restart = { pending: true, reasons: [] };
    at(fleet, 7).readAt = inMs(fleet, -3 * dayMs);
    const verdicts = (ignore: readonly string[]) =>
      judged(fleet, {}, ignore)
        .computers.slice(0, 3)
        .map(({ name, verdict }) => `${name.slice(0, 7)} ${verdict}`);
    expect(verdicts([])).toEqual(['FIN0005 critical', 'FIN0007 unknown', 'FIN0003 warning']);
    expect(verdicts(['account-unusable'])[0]).toBe('FIN0007 unknown');
  });
});

describe('what is not given', () => {
  it('is unknown: no document of a DPM server, or of one that an agent names', () => {
    const fleet = makeFleet(2, 1);
    const result = judged({ ...fleet, servers: [] });
    expect(loud(result)).toEqual([
      'DPM01 document-missing could-not-check',
      'FIN0001 not-listed could-not-check',
      'FIN0002 not-listed could-not-check',
    ]);
  });

  it('is unknown: a list that could not be read', () => {
    const fleet = makeFleet(1, 1);
    const [server] = fleet.servers;
    if (server?.dpmServer) server.dpmServer.computers = { value: null, why: 'DPM does not answer.' };
    expect(loud(judged(fleet))).toEqual([
      'DPM01 facts-unread could-not-check',
      'FIN0001 not-listed could-not-check',
    ]);
  });

  it('is unknown: what an old list shows', () => {
    const fleet = makeFleet(2, 1);
    const [server] = fleet.servers;
    if (server) server.readAt = inMs(fleet, -3 * dayMs);
    expect(loud(judged(fleet))).toEqual([
      'DPM01 document-stale could-not-check',
      'FIN0001 not-listed could-not-check',
      'FIN0002 not-listed could-not-check',
    ]);
  });

  it('does not let one NetBIOS name stand for two computers', () => {
    const fleet = makeFleet(1, 1);
    const [one] = fleet.computers;
    if (one === undefined) throw new Error('no computer');
    const twin = { ...one, computer: { ...one.computer, fqdn: 'FIN0001.other.corp.com' } };
    const result = judged({ ...fleet, computers: [one, twin] }, { roster: null });
    expect(loud(result)).toEqual([
      'FIN0001 not-listed could-not-check',
      'FIN0001 not-listed could-not-check',
    ]);
  });
});

describe('the documents of the fleet', () => {
  it.each(['\u0007', '\u202e', '\u2066', '\u200b', '\ufeff', '\ud800', 'two\nlines'])(
    'are refused with a character that can dress a text up: %j',
    (hostile) => {
      const [document] = makeFleet(1, 1).computers;
      if (document === undefined) throw new Error('no computer');
      document.computer.operatingSystem = `Windows ${hostile}`;
      expect(parseAudit(serializeAudit(document)).ok).toBe(false);
    },
  );

  it('are what the schema wants', () => {
    const fleet = makeFleet(2, 1);
    for (const document of [...fleet.servers, ...fleet.computers]) {
      const parsed = parseAudit(serializeAudit(document));
      expect(parsed.ok ? '' : parsed.problem).toBe('');
    }
  });
});
