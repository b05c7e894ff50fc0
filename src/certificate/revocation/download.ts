import { lookup } from 'node:dns';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { cleanText } from '../../clean.js';
import { limits } from '../limits.js';

export type Download =
  { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly why: string };

export interface DownloadOptions {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Sent with POST; without it the address is asked with GET. */
  readonly body?: { readonly type: string; readonly bytes: Buffer };
  readonly signal?: AbortSignal;
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'DNS does not know its name',
  EAI_AGAIN: 'DNS did not answer',
  ECONNREFUSED: 'the server refuses the connection',
  ECONNRESET: 'the server closed the connection',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the server cannot be reached',
  ETIMEDOUT: 'the server does not answer',
};

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? cleanText(message, limits.text);
};

/** True for an http or https address: the only ones that are ever asked. */
export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

class Refused extends Error {}

/** The addresses of this computer: nobody outside may send a request to its other services. */
const ownAddresses = (): BlockList => {
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  own.addSubnet('0.0.0.0', 8, 'ipv4');
  own.addAddress('::1', 'ipv6');
  own.addAddress('::', 'ipv6');
  for (const each of Object.values(networkInterfaces()).flat()) {
    if (each !== undefined) own.addAddress(each.address, each.family === 'IPv4' ? 'ipv4' : 'ipv6');
  }
  return own;
};

const isOwn = (own: BlockList, address: string): boolean =>
  own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const redirectedHere = 'it redirects to another port of this computer';

/** Resolves a name, unless it is a name of this computer: looked up once, so that DNS cannot answer differently later. */
const lookupElsewhere = (own: BlockList): LookupFunction => {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) done(error, [], 0);
      else if (addresses.some(({ address }) => isOwn(own, address))) done(new Refused(redirectedHere), [], 0);
      else if (options.all === true) done(null, addresses);
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    });
  };
};

/** `elsewhere`: the request must not go to this computer. */
const respond = async (
  url: URL,
  options: DownloadOptions,
  signal: AbortSignal,
  elsewhere: boolean,
): Promise<IncomingMessage> => {
  const own = elsewhere ? ownAddresses() : null;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (own !== null && isIP(literal) !== 0 && isOwn(own, literal)) throw new Refused(redirectedHere);
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const headers: Record<string, string | number> = {
    'user-agent': 'dpm-prep',
    'accept-encoding': 'identity',
    connection: 'close',
  };
  if (options.body !== undefined) {
    headers['content-type'] = options.body.type;
    headers['content-length'] = options.body.bytes.length;
  }
  const settings: RequestOptions = {
    method: options.body === undefined ? 'GET' : 'POST',
    headers,
    agent: false,
    signal,
    ...(own === null ? {} : { lookup: lookupElsewhere(own) }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, settings, resolve);
    sent.on('error', reject);
    sent.end(options.body?.bytes);
  });
};

const readBody = async (answer: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const announced = Number(answer.headers['content-length'] ?? 0);
  const tooLarge = `the answer is larger than ${Math.round(maxBytes / 1024)} KB`;
  if (announced > maxBytes) throw new Refused(tooLarge);
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > maxBytes) throw new Refused(tooLarge);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const follow = async (first: URL, options: DownloadOptions, signal: AbortSignal): Promise<Buffer> => {
  let url = first;
  for (let hop = 0; ; hop += 1) {
    const answer = await respond(url, options, signal, url.host !== first.host);
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if (status >= 300 && status < 400 && location !== undefined && options.body === undefined) {
      answer.destroy();
      if (hop >= limits.redirects) throw new Refused(`it redirects more than ${limits.redirects} times`);
      const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
      if (next === null || !isWebAddress(next.href)) {
        throw new Refused('it redirects to an address that is not http or https');
      }
      url = next;
      continue;
    }
    if (status !== 200) {
      answer.destroy();
      throw new Refused(`the server answers with HTTP status ${status}`);
    }
    try {
      return await readBody(answer, options.maxBytes);
    } finally {
      answer.destroy();
    }
  }
};

/**
 * Asks one http or https address. Never throws: size, time and redirects have limits, and whatever goes wrong comes
 * back in words.
 */
export const download = async (url: URL, options: DownloadOptions): Promise<Download> => {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  try {
    return { ok: true, bytes: await follow(url, options, signal) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.message };
    // What an ended request throws depends on how far it had come.
    if (timeout.aborted) return { ok: false, why: `no whole answer within ${options.timeoutMs / 1000} s` };
    if (signal.aborted) return { ok: false, why: 'the time limit for this certificate was reached' };
    return { ok: false, why: reasonOf(error) };
  }
};
