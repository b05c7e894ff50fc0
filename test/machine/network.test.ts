import { createSocket, type Socket as Datagram } from 'node:dgram';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockDifference, probePorts, resolveNames } from '../../src/machine/network.js';
import { questions } from '../../src/machine/questions.js';

const listen = async (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });

/** A port of loopback on which nothing listens: just freed. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** A connection whose handshake is dropped: a socket that nobody ever connects. */
const blackhole = (): Socket => new Socket();

describe('ports of the other computer', () => {
  const server = createServer((socket) => socket.end());
  let open = 0;
  beforeAll(async () => {
    open = await listen(server);
  });
  afterAll(() => {
    server.close();
  });

  it('tells open from refused', async () => {
    const closed = await freePort();
    const answer = await probePorts({ host: '127.0.0.1', ports: [open, closed], timeoutMs: 3_000 });
    expect(answer.ports).toEqual([
      { port: open, state: 'open', address: '127.0.0.1', code: null },
      { port: closed, state: 'refused', address: '127.0.0.1', code: 'ECONNREFUSED' },
    ]);
    expect(questions['port-probe'].output.safeParse(answer).success).toBe(true);
  });

  it('calls a dropped handshake filtered, in the time limit, all ports side by side', async () => {
    const sockets: Socket[] = [];
    let givenUp = 0;
    const connect = (): Socket => {
      givenUp += sockets.filter(({ destroyed }) => destroyed).length;
      const socket = blackhole();
      sockets.push(socket);
      return socket;
    };
    const answer = await probePorts(
      { host: '192.0.2.1', ports: [135, 5718, 5719, 6076], timeoutMs: 200 },
      { parts: { connect } },
    );
    expect(answer.ports.map(({ state }) => state)).toEqual(['filtered', 'filtered', 'filtered', 'filtered']);
    expect(givenUp).toBe(0);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true]);
  });

  it('says name-unknown where the name cannot be resolved', async () => {
    const answer = await probePorts({ host: 'no-such-computer.invalid', ports: [135], timeoutMs: 10_000 });
    expect(answer.ports).toEqual([{ port: 135, state: 'name-unknown', address: null, code: null }]);
  });

  it('says unreachable where the network says so, and error for what it does not know', async () => {
    const failing = (code: string) => (): Socket => {
      const socket = new Socket();
      setImmediate(() => socket.emit('error', Object.assign(new Error(code), { code })));
      return socket;
    };
    const stateFor = async (code: string): Promise<string | undefined> =>
      (
        await probePorts(
          { host: '192.0.2.1', ports: [135], timeoutMs: 1_000 },
          { parts: { connect: failing(code) } },
        )
      ).ports[0]?.state;
    expect(await stateFor('EHOSTUNREACH')).toBe('unreachable');
    expect(await stateFor('ETIMEDOUT')).toBe('filtered');
    expect(await stateFor('EACCES')).toBe('error');
  });

  it('takes the address that answers where a name has several', async () => {
    const answer = await probePorts(
      { host: 'two.example', ports: [open], timeoutMs: 3_000 },
      { parts: { lookup: async () => Promise.resolve(['127.0.0.9', '127.0.0.1']) } },
    );
    expect(answer.ports[0]).toMatchObject({ state: 'open', address: '127.0.0.1' });
  });

  it('stops at the signal', async () => {
    const stop = new AbortController();
    stop.abort();
    const began = performance.now();
    const answer = await probePorts(
      { host: '192.0.2.1', ports: [135], timeoutMs: 20_000 },
      {
        parts: { connect: blackhole, lookup: async () => Promise.resolve(['192.0.2.1']) },
        signal: stop.signal,
      },
    );
    expect(answer.ports[0]?.state).toBe('name-unknown');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('names', () => {
  it('asks the system for names, and tells unknown from no answer', async () => {
    const answer = await resolveNames({
      names: ['localhost', 'no-such-computer.invalid'],
      timeoutMs: 10_000,
    });
    expect(answer.names.map(({ state }) => state)).toEqual(['resolved', 'unknown']);
    expect(answer.names[0]?.addresses).toContain('127.0.0.1');
    expect(questions['name-resolution'].output.safeParse(answer).success).toBe(true);
  });

  it('ends in time where the resolver does not answer', async () => {
    const never = async (): Promise<readonly string[]> => new Promise(() => undefined);
    const answer = await resolveNames({ names: ['a', 'b'], timeoutMs: 100 }, { parts: { lookup: never } });
    expect(answer.names.map(({ state }) => state)).toEqual(['no-answer', 'no-answer']);
    const again = await resolveNames(
      { names: ['a'], timeoutMs: 100 },
      { parts: { lookup: async () => Promise.reject(Object.assign(new Error(), { code: 'EAI_AGAIN' })) } },
    );
    expect(again.names[0]?.state).toBe('no-answer');
  });
});

describe('the clock', () => {
  let server: Datagram;
  let port = 0;
  let answers: (request: Buffer) => Buffer[] = () => [];
  const packet = (request: Buffer, aheadSeconds: number): Buffer => {
    const answer = Buffer.alloc(48);
    answer.writeUInt8(0x24, 0);
    answer.writeUInt8(2, 1);
    request.copy(answer, 24, 40, 48);
    const seconds = Date.now() / 1000 + aheadSeconds + 2_208_988_800;
    for (const at of [32, 40]) {
      answer.writeUInt32BE(Math.floor(seconds), at);
      answer.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    return answer;
  };
  beforeAll(async () => {
    server = createSocket('udp4', (request, from) => {
      for (const answer of answers(request)) server.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => {
      server.bind(0, '127.0.0.1', () => {
        ({ port } = server.address());
        resolve();
      });
    });
  });
  afterAll(() => {
    server.close();
  });
  const ask = async (timeoutMs = 2_000) => clockDifference({ host: '127.0.0.1', timeoutMs }, { port });

  it('sees how far the other clock is ahead', async () => {
    answers = (request) => [packet(request, 400)];
    const { aheadSeconds } = await ask();
    expect(aheadSeconds).toBeGreaterThan(399);
    expect(aheadSeconds).toBeLessThan(401);
  });

  it('does not believe an invalid answer', async () => {
    answers = (request) => {
      const other = packet(request, 400);
      other.fill(7, 24, 32);
      const unsynchronised = packet(request, 500);
      unsynchronised.writeUInt8(0xe4, 0);
      const kissOfDeath = packet(request, 600);
      kissOfDeath.writeUInt8(0, 1);
      return [Buffer.alloc(3), other, unsynchronised, kissOfDeath, packet(request, -30)];
    };
    expect((await ask()).aheadSeconds).toBeCloseTo(-30, 0);
  });

  it('says why where the network has no way there', async () => {
    // The address of everyone: a socket that was not allowed to is refused it at once, on every system.
    const { aheadSeconds, why } = await clockDifference({ host: '255.255.255.255', timeoutMs: 5_000 });
    expect(aheadSeconds).toBeNull();
    expect(why).toMatch(/^it serves no time \(E[A-Z]+\)$/);
  });

  it('says why where it cannot be seen', async () => {
    answers = () => [];
    const silent = await ask(100);
    expect(silent).toEqual({ aheadSeconds: null, why: 'it serves no time (no answer on UDP port 123)' });
    const unknown = await clockDifference({ host: 'no-such-computer.invalid', timeoutMs: 10_000 });
    expect(unknown.aheadSeconds).toBeNull();
    expect(unknown.why).toContain('name');
    expect(questions['clock-difference'].output.safeParse(unknown).success).toBe(true);
  });
});
