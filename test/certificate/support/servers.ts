import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server on loopback for revocation lists; counts what it is asked. */
export class CrlServer {
  readonly #answers = new Map<string, Answer>();
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    this.asked.push(request.url ?? '');
    const answer = this.#answers.get(request.url ?? '');
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  url(path: string): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}${path}`;
  }

  /** Serves bytes under a path, or does what the function does. */
  serve(path: string, answer: Buffer | Answer): string {
    this.#answers.set(
      path,
      Buffer.isBuffer(answer) ? (_request, response) => response.writeHead(200).end(answer) : answer,
    );
    return this.url(path);
  }
}

/** A port on loopback that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

export interface ResponderOptions {
  readonly port: number;
  readonly index: string;
  readonly caPath: string;
  readonly signerPath: string;
  readonly signerKeyPath: string;
}

/** OpenSSL's own OCSP responder as a process. */
export class Responder {
  readonly #process: ReturnType<typeof spawn>;

  private constructor(process: ReturnType<typeof spawn>) {
    this.#process = process;
  }

  static async start(options: ResponderOptions): Promise<Responder> {
    const child = spawn(
      'openssl',
      [
        'ocsp',
        '-port',
        String(options.port),
        '-index',
        options.index,
        '-CA',
        options.caPath,
        '-rsigner',
        options.signerPath,
        '-rkey',
        options.signerKeyPath,
        '-nmin',
        '60',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await new Promise<void>((resolve, reject) => {
      let output = '';
      const hear = (chunk: Buffer): void => {
        output += chunk.toString('utf8');
        if (/waiting for OCSP client connections|ACCEPT/i.test(output)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', () => {
        reject(new Error(`openssl ocsp ended: ${output}`));
      });
    });
    return new Responder(child);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
