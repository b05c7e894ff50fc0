import { createSocket } from 'node:dgram';
import { lookup as systemLookup } from 'node:dns/promises';
import { connect as systemConnect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import type { Answer, QuestionInput } from './questions.js';

/*
 * What can be seen of the other computer over the network: its addresses, its ports, its clock. Plain sockets, the
 * same on Windows and on the practice pair. Nothing is sent to a port but the handshake of TCP.
 */

type Resolved = Answer<'name-resolution'>['names'][number];
type PortState = Answer<'port-probe'>['ports'][number];

/** What a test puts in place of the network. */
interface NetworkParts {
  readonly lookup: (name: string) => Promise<readonly string[]>;
  readonly connect: (port: number, host: string) => Socket;
}

export interface NetworkOptions {
  readonly signal?: AbortSignal;
  readonly parts?: Partial<NetworkParts>;
}

const network: NetworkParts = {
  // The system's own resolver, as DPM uses it: hosts file, DNS, and on Windows NetBIOS.
  lookup: async (name) =>
    (await systemLookup(name, { all: true, order: 'ipv4first' })).map(({ address }) => address),
  connect: (port, host) => systemConnect({ port, host }),
};

const maxAddresses = 4;

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Undefined if `work` has not ended after so many milliseconds, or at the signal. */
const within = async <T>(
  work: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T | undefined> => {
  let giveUp = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    const stop = (): void => {
      resolve(undefined);
    };
    const timer = setTimeout(stop, timeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    giveUp = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    giveUp();
  }
};

const resolveName = async (name: string, timeoutMs: number, options: NetworkOptions): Promise<Resolved> => {
  const { lookup } = { ...network, ...options.parts };
  try {
    const addresses = await within(lookup(name), timeoutMs, options.signal);
    if (addresses === undefined) return { name, addresses: [], state: 'no-answer' };
    return { name, addresses: [...addresses], state: addresses.length === 0 ? 'unknown' : 'resolved' };
  } catch (error) {
    const unknown = ['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA'].includes(codeOf(error) ?? '');
    return { name, addresses: [], state: unknown ? 'unknown' : 'no-answer' };
  }
};

/** Answers `name-resolution`: all names side by side, none longer than the time limit. */
export const resolveNames = async (
  input: QuestionInput<'name-resolution'>,
  options: NetworkOptions = {},
): Promise<Answer<'name-resolution'>> => ({
  names: await Promise.all(input.names.map(async (name) => resolveName(name, input.timeoutMs, options))),
});

const unreachable: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

const stateOfError = (code: string | null): PortState['state'] => {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'filtered';
  return code !== null && unreachable.has(code) ? 'unreachable' : 'error';
};

const tryAddress = async (
  address: string,
  port: number,
  timeoutMs: number,
  options: NetworkOptions,
): Promise<PortState> => {
  const { connect } = { ...network, ...options.parts };
  const socket = connect(port, address);
  try {
    const outcome = new Promise<Pick<PortState, 'state' | 'code'>>((resolve) => {
      socket.once('connect', () => {
        resolve({ state: 'open', code: null });
      });
      // on, not once: a socket that is destroyed below may fail once more, and nobody else listens.
      socket.on('error', (error) => {
        const code = codeOf(error);
        resolve({ state: stateOfError(code), code });
      });
    });
    const ended = await within(outcome, timeoutMs, options.signal);
    return { port, address, ...(ended ?? { state: 'filtered', code: null }) };
  } finally {
    socket.destroy();
  }
};

/** The state that says most about the port comes first: one address that answers is enough. */
const telling: readonly PortState['state'][] = [
  'open',
  'refused',
  'filtered',
  'unreachable',
  'error',
  'name-unknown',
];

/** Answers `port-probe`: all ports and addresses side by side, so it takes as long as the slowest. */
export const probePorts = async (
  input: QuestionInput<'port-probe'>,
  options: NetworkOptions = {},
): Promise<Answer<'port-probe'>> => {
  const { host, ports, timeoutMs } = input;
  const { addresses, state } = await resolveName(host, timeoutMs, options);
  const unresolved = {
    state: 'name-unknown',
    address: null,
    code: state === 'no-answer' ? 'ETIMEDOUT' : null,
  } as const;
  const probe = async (port: number): Promise<PortState> => {
    const states = await Promise.all(
      addresses.slice(0, maxAddresses).map(async (address) => tryAddress(address, port, timeoutMs, options)),
    );
    const best = states.sort((a, b) => telling.indexOf(a.state) - telling.indexOf(b.state))[0];
    return best ?? { port, ...unresolved };
  };
  return { ports: await Promise.all(ports.map(probe)) };
};

const ntpPort = 123;
/** Seconds from 1900, where NTP counts from, to 1970. */
const ntpEpoch = 2_208_988_800;

const readTime = (packet: Buffer, at: number): number =>
  packet.readUInt32BE(at) - ntpEpoch + packet.readUInt32BE(at + 4) / 2 ** 32;

/**
 * Offset in seconds out of an SNTP answer, or null if it is not one: RFC 4330. `cookie` is what the request carried as
 * its transmit time; an answer to somebody else's request has a different one.
 */
const offsetOf = (packet: Buffer, cookie: Buffer, sent: number, received: number): number | null => {
  if (packet.length < 48) return null;
  const mode = packet.readUInt8(0) & 7;
  const leap = packet.readUInt8(0) >> 6;
  const stratum = packet.readUInt8(1);
  if (mode !== 4 || leap === 3 || stratum === 0 || !packet.subarray(24, 32).equals(cookie)) return null;
  return (readTime(packet, 32) - sent + (readTime(packet, 40) - received)) / 2;
};

/**
 * Answers `clock-difference` by one SNTP request. A computer that serves no time (most workgroup computers) does not
 * answer; that is not a fault.
 */
export const clockDifference = async (
  input: QuestionInput<'clock-difference'>,
  options: NetworkOptions & { readonly port?: number } = {},
): Promise<Answer<'clock-difference'>> => {
  const { addresses, state } = await resolveName(input.host, input.timeoutMs, options);
  const address = addresses[0];
  if (address === undefined) {
    return {
      aheadSeconds: null,
      why:
        state === 'unknown' ? 'its name cannot be resolved here' : 'its name could not be resolved in time',
    };
  }
  const cookie = randomBytes(8);
  const request = Buffer.alloc(48);
  request.writeUInt8(0x23, 0);
  cookie.copy(request, 40);
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    const answer = new Promise<Answer<'clock-difference'>>((resolve) => {
      let sent = 0;
      socket.on('error', (error) => {
        resolve({ aheadSeconds: null, why: `it serves no time (${codeOf(error) ?? 'error'})` });
      });
      socket.on('message', (packet) => {
        const offset = offsetOf(packet, cookie, sent, Date.now() / 1000);
        if (offset !== null) resolve({ aheadSeconds: offset, why: null });
      });
      // As an event: a callback would be called for a network without a way there too, and sending then throws.
      socket.on('connect', () => {
        sent = Date.now() / 1000;
        socket.send(request);
      });
      socket.connect(options.port ?? ntpPort, address);
    });
    return (
      (await within(answer, input.timeoutMs, options.signal)) ?? {
        aheadSeconds: null,
        why: 'it serves no time (no answer on UDP port 123)',
      }
    );
  } finally {
    socket.close();
  }
};
