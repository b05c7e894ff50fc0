import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/checks/check.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { bundleWorker } from '../support/worker.js';
import { Namespace, noNamespaces } from './support/namespaces.js';

const server = 'server01.corp.contoso.com';
const finance = 'finance01.widgets.corp.com';

describe.skipIf(noNamespaces !== null)(
  `preflight across two network namespaces${noNamespaces === null ? '' : ` (${noNamespaces})`}`,
  () => {
    const folder = temporaryFolder('netns');
    let [dpmServer, computer]: Namespace[] = [];
    let programs: { readonly preflight: string; readonly computer: string };

    const there = (): Namespace => {
      if (!dpmServer) throw new Error('no namespace');
      return dpmServer;
    };
    const here = (): Namespace => {
      if (!computer) throw new Error('no namespace');
      return computer;
    };

    beforeAll(async () => {
      const workers = new URL('workers/', import.meta.url);
      programs = {
        preflight: bundleWorker(new URL('preflight.ts', workers), folder),
        computer: bundleWorker(new URL('computer.ts', workers), folder),
      };
      dpmServer = new Namespace('server', '192.0.2.1');
      computer = new Namespace('computer', '192.0.2.2');
      Namespace.connect(dpmServer, computer);
      computer.resolveBy({ [server]: dpmServer.address }, dpmServer.address);
      dpmServer.resolveBy({ [finance]: computer.address }, dpmServer.address);
      // The agent is there, one of its two ports is not listened on.
      await dpmServer.start([programs.computer, '135,5718,6076', '600']);
      await computer.start([programs.computer, '135,5718,5719,6076', '0']);
    });
    afterAll(() => {
      dpmServer?.remove();
      computer?.remove();
    });
    beforeEach(() => {
      there().filter();
      here().filter();
    });

    const network = /^(?:name-resolution|port-\d+|clock)$/;

    interface Seen {
      readonly ms: number;
      /** Of each check of the network: `status: what was found`. */
      readonly found: Readonly<Record<string, string>>;
    }

    const preflightOn = (
      namespace: Namespace,
      side: 'protected-computer' | 'dpm-server',
      other: string,
    ): Seen => {
      const facts = {
        side,
        method: 'certificate',
        [side === 'dpm-server' ? 'psName' : 'dpmServerName']: other,
      };
      const { findings, ms } = JSON.parse(namespace.run([programs.preflight, JSON.stringify(facts)])) as {
        readonly findings: readonly Finding[];
        readonly ms: number;
      };
      return {
        ms,
        found: Object.fromEntries(
          findings
            .filter(({ id }) => network.test(id))
            .map(({ id, status, found }) => [id, `${status}: ${found}`]),
        ),
      };
    };
    const fromComputer = (): Seen => preflightOn(here(), 'protected-computer', server);
    const text = (start: string): unknown => expect.stringContaining(start);

    it('tells open and refused, and sees the clock of the other computer', () => {
      expect(fromComputer().found).toEqual({
        'name-resolution': `pass: ${server} is 192.0.2.1.`,
        'port-135': `pass: TCP 135 of ${server} (192.0.2.1) is open.`,
        'port-5718': text('pass: '),
        'port-5719': text(`pass: TCP 5719 of ${server} (192.0.2.1) is refused:`),
        'port-6076': text('pass: '),
        clock: expect.stringMatching(/^warn: .* is (?:599|600|601) s ahead\.$/) as unknown,
      });
    });

    it('tells dropped from refused, all ports side by side', () => {
      there().filter('tcp dport { 135, 5718, 6076 } drop');
      const { found, ms } = fromComputer();
      expect(found).toMatchObject({
        'port-135': text(`fail: TCP 135 of ${server} (192.0.2.1) is filtered:`),
        'port-5718': text('warn: TCP 5718'),
        'port-5719': text('is refused:'),
        'port-6076': text('is filtered:'),
      });
      // Each waits five seconds; one after the other they would take fifteen.
      expect(ms).toBeGreaterThan(4_500);
      expect(ms).toBeLessThan(12_000);
    });

    it('a firewall that refuses: the port mapper always listens, so it fails', () => {
      there().filter('tcp dport 135 reject with tcp reset');
      expect(fromComputer().found['port-135']).toContain('fail: TCP 135 of');
      expect(fromComputer().found['port-135']).toContain('is refused.');
    });

    it('a network that has no way there is neither dropped nor refused', () => {
      there().filter('tcp dport 5718 reject with icmpx type admin-prohibited');
      expect(fromComputer().found['port-5718']).toMatch(/^fail: .* is not reachable: .*EHOSTUNREACH/);
      expect(preflightOn(here(), 'protected-computer', '198.51.100.7').found['port-135']).toMatch(
        /^fail: .* is not reachable: .*ENETUNREACH/,
      );
    });

    it('a name that nobody knows fails by itself, and the ports are not called closed', () => {
      const { found } = preflightOn(here(), 'protected-computer', 'server09.corp.contoso.com');
      expect(found).toMatchObject({
        'name-resolution': 'fail: This computer cannot resolve the name server09.corp.contoso.com.',
        'port-135': text('could-not-check: '),
        'port-5718': text('could-not-check: '),
        'port-5719': text('could-not-check: '),
        'port-6076': text('could-not-check: '),
        clock: text('not-applicable: '),
      });
    });

    it('a name server that does not answer is not a name that is unknown, and ends in time', () => {
      there().filter('udp dport 53 drop');
      const { found, ms } = preflightOn(here(), 'protected-computer', 'server09.corp.contoso.com');
      expect(found['name-resolution']).toContain('could-not-check: The resolver gave no answer');
      expect(ms).toBeLessThan(12_000);
    });

    it('a clock that nobody serves is not a fault', () => {
      there().filter('udp dport 123 drop');
      expect(fromComputer().found.clock).toMatch(/^not-applicable: .*no answer on UDP port 123/);
    });

    it('the other direction is judged separately', () => {
      here().filter('tcp dport { 135, 5718, 5719 } drop');
      expect(fromComputer().found['port-135']).toContain('pass: ');
      expect(preflightOn(there(), 'dpm-server', finance).found).toMatchObject({
        'name-resolution': `pass: ${finance} is 192.0.2.2.`,
        'port-135': text('fail: TCP 135 of'),
        'port-5718': text('warn: TCP 5718'),
        'port-6076': text('pass: '),
        clock: text('pass: '),
      });
    });
  },
);
