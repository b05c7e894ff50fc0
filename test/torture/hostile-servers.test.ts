import type { ServerResponse } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/certificate/limits.js';
import { CrlServer } from '../certificate/support/servers.js';
import { bothUsages, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure } from './support/figure.js';
import { judge, measure, most } from './support/hostile.js';

const folder = temporaryFolder('hostile-servers');

/** Sends for ever, as fast as it is read; says how much went out. */
const pour = (response: ServerResponse, sent: { bytes: number }): void => {
  const piece = Buffer.alloc(1_048_576, 0x30);
  const more = (): void => {
    while (!response.destroyed) {
      sent.bytes += piece.length;
      if (!response.write(piece)) {
        response.once('drain', more);
        return;
      }
    }
  };
  response.on('error', () => undefined);
  more();
};

describe.skipIf(noOpenssl)('6 revocation servers that were made to hurt (needs openssl 3)', () => {
  const shop = new Workshop();
  const server = new CrlServer();
  const sent = { bytes: 0 };
  let root: MadeCertificate;
  let asked = 0;
  let longestMs = 0;
  let largest = 0;

  beforeAll(async () => {
    await server.start();
    root = shop.root();
    server.serve('/hang', () => undefined);
    server.serve('/drip', (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('0'), 100);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    server.serve('/again', (_request, response) => response.writeHead(302, { location: '/again' }).end());
    server.serve('/file', (_request, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    server.serve('/announced', (_request, response) => {
      response.writeHead(200, { 'content-length': String(10 * 1024 ** 3) });
      pour(response, sent);
    });
    server.serve('/endless', (_request, response) => {
      response.writeHead(200);
      pour(response, sent);
    });
    server.serve('/garbage', Buffer.alloc(100_000, Buffer.from('\u001b[2J\u009b31m')));
    server.serve('/deep', Buffer.alloc(60_000, Buffer.from([0x30, 0x80])));
    server.serve('/nulls', Buffer.alloc(limits.crlBytes, Buffer.from([5, 0])));
    server.serve('/broken', (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x');
      setTimeout(() => response.destroy(), 50);
    });
  });

  afterAll(async () => {
    await server.stop();
    shop.remove();
    figure(
      '6',
      `Hostile revocation servers: ${String(asked)} runs of check-cert (hang, drip, redirect for ever, 10 GB announced and unannounced, garbage, deep nesting; CRL and OCSP, one and many addresses), the longest ${(longestMs / 1_000).toFixed(1)} s, at most ${largest.toFixed(0)} MB`,
    );
  });

  const check = async (extensions: string, why: string): Promise<void> => {
    const leaf = shop.leaf(root, '/CN=fin.contoso.com', { extensions: `${bothUsages}\n${extensions}` });
    const path = join(folder, `${String(asked)}.pfx`);
    writeFileSync(path, shop.pfx(leaf));
    asked += 1;
    sent.bytes = 0;
    const words = ['check-cert', path, '--no-input', '--strict'];
    const ended = await measure(folder, words, { environment: { DPM_PREP_PASSWORD: 'secret-1' } });
    judge(ended, [3], /no revocation server/);
    expect(ended.stdout.replaceAll(/\s+/g, ' ')).toContain(
      `no revocation server gave a valid answer. ${why}`,
    );
    longestMs = Math.max(longestMs, ended.wallMs);
    largest = Math.max(largest, ended.megabytes);
    // The program's own limit for the network, and what it takes to start and to judge.
    expect(ended.wallMs).toBeLessThan(limits.inputNetworkMs + 10_000);
    expect(ended.megabytes).toBeLessThan(most.megabytes);
    expect(ended.cpuMs).toBeLessThan(most.cpuMs);
    // The buffers of two sockets add to it.
    expect(sent.bytes).toBeLessThan(limits.crlBytes + 16 * 1_048_576);
  };

  const tooLarge = 'the answer is larger than';
  const noWholeAnswer = `no whole answer within ${String(limits.addressMs / 1_000)} s`;
  const broken = 'the server closed the connection';
  /** What stands after the address, of a list and of a responder. */
  const cases = [
    ['hang', noWholeAnswer, noWholeAnswer],
    ['drip', noWholeAnswer, noWholeAnswer],
    ['again', 'it redirects more than 3 times', 'the server answers with HTTP status 302'],
    ['file', 'it redirects to an address', 'the server answers with HTTP status 302'],
    ['announced', tooLarge, tooLarge],
    ['endless', tooLarge, tooLarge],
    ['garbage', 'its answer is not a revocation list: an ASN.1 element is longer', 'the responder gave no'],
    ['deep', 'its answer is not a revocation list: its ASN.1 is nested too deeply', 'the responder gave no'],
    ['nulls', 'its answer is not a revocation list: it is not a revocation list', tooLarge],
    ['broken', broken, broken],
  ] as const;

  it.each(cases)('a revocation list: %s', async (path, why) => {
    const url = server.url(`/${path}`);
    await check(`crlDistributionPoints=URI:${url}`, `CRL ${url}: ${why}`);
  });

  it.each(cases)('an OCSP responder: %s', async (path, _ofList, why) => {
    const url = server.url(`/${path}`);
    await check(`authorityInfoAccess=OCSP;URI:${url}`, `OCSP ${url}: ${why}`);
  });

  it('thirty addresses that all hang', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `URI:${server.url('/hang')}?${String(n)}`);
    server.serve('/hang', () => undefined);
    for (let n = 0; n < 30; n += 1) server.serve(`/hang?${String(n)}`, () => undefined);
    await check(
      `crlDistributionPoints=${names.join(',')}`,
      `CRL ${server.url('/hang')}?0: ${noWholeAnswer}; CRL ${server.url('/hang')}?1: `,
    );
  });
});
