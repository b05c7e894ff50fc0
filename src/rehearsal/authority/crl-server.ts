import { createServer, type Server } from 'node:http';
import { hasFault } from '../faults.js';
import { dpmServerOf } from '../names.js';
import { readWorld } from '../store.js';
import { authoritySides, readAuthority, type Authority } from './authority-file.js';

/** One server for each authority in this process; it does not keep the process alive. */
const servers = new Map<string, Promise<Server | null>>();

const isUnreachable = (folder: string): boolean => {
  const world = readWorld(folder);
  return hasFault(world.faults, 'crl-unreachable', dpmServerOf(world).id);
};

const start = async (folder: string, authority: Authority): Promise<Server | null> => {
  const { revocationList } = await import('./issue.js');
  const server = createServer((request, response) => {
    if (isUnreachable(folder)) {
      request.socket.destroy();
      return;
    }
    const of = /^\/practice-(root|issuing)\.crl$/.exec(request.url ?? '')?.[1];
    if (of !== 'root' && of !== 'issuing') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/pkix-crl', connection: 'close' });
    response.end(revocationList(authority[of], new Date()));
  });
  server.unref();
  server.on('connection', (socket) => {
    socket.unref();
  });
  return new Promise((resolve) => {
    // Another process that rehearses in this world serves the same lists there.
    server.once('error', () => {
      resolve(null);
    });
    server.listen(authority.port, '127.0.0.1', () => {
      resolve(server);
    });
  });
};

/** Serves the revocation lists of the world's authorities on loopback, as long as this process lives. */
export const serveRevocationLists = async (folder: string): Promise<void> => {
  const authorities = authoritySides.map((side) => readAuthority(folder, side)).filter((one) => one !== null);
  await Promise.all(
    authorities.map(async (authority) => {
      const key = `${folder} ${String(authority.port)}`;
      const running = servers.get(key) ?? start(folder, authority);
      servers.set(key, running);
      if ((await running) === null) servers.delete(key);
    }),
  );
};
