import { createServer } from 'node:net';
import { changeWorld, writeWhole } from '../store.js';
import type { State, StoredCertificate } from '../state.js';
import {
  authorityPath,
  issuingName,
  readAuthority,
  rootName,
  type Authority,
  type AuthoritySide,
} from './authority-file.js';
import { derOf, issue, newKeyPair, thumbprintOf, type Signer } from './issue.js';

/*
 * The practice certificate authorities, kept in the folder `authority` of the world: the DPM server has one, and the
 * protected computers have another, as in two companies. Each is a root and an issuing CA. Both certificates are in the
 * stores of the computers of that side, as a group policy would put them there, and in no others.
 */

const day = 86_400_000;

const crlAddress = (port: number, of: 'root' | 'issuing'): string =>
  `http://127.0.0.1:${String(port)}/practice-${of}.crl`;

const freePort = async (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });

const newAuthority = async (side: AuthoritySide): Promise<Authority> => {
  const port = await freePort();
  const [rootKeys, issuingKeys] = [newKeyPair(), newKeyPair()];
  const now = Date.now();
  const common = { notBefore: new Date(now - day), authority: true, dnsNames: [] } as const;
  const root: Signer = {
    privateKey: rootKeys.privateKey,
    certificate: issue({
      ...common,
      commonName: rootName(side),
      publicKey: rootKeys.publicKey,
      issuer: null,
      signingKey: rootKeys.privateKey,
      notAfter: new Date(now + 3_650 * day),
      crlAddress: null,
    }),
  };
  const issuing: Signer = {
    privateKey: issuingKeys.privateKey,
    certificate: issue({
      ...common,
      commonName: issuingName(side),
      publicKey: issuingKeys.publicKey,
      issuer: root,
      signingKey: root.privateKey,
      notAfter: new Date(now + 1_825 * day),
      crlAddress: crlAddress(port, 'root'),
    }),
  };
  return { port, root, issuing };
};

const inStore = (certificate: string, store: StoredCertificate['store']): StoredCertificate => {
  const der = derOf(certificate);
  return { store, der: der.toString('base64'), thumbprint: thumbprintOf(der), key: null };
};

const addOnce = (state: State, certificate: StoredCertificate): void => {
  const known = state.certificates.some(
    ({ store, thumbprint }) => store === certificate.store && thumbprint === certificate.thumbprint,
  );
  if (!known) state.certificates.push(certificate);
};

/** The authority of one side, made on first use, and trusted by the computers of that side. */
export const theAuthority = async (folder: string, side: AuthoritySide): Promise<Authority> => {
  const known = readAuthority(folder, side);
  if (known) return known;
  const fresh = await newAuthority(side);
  return changeWorld(folder, (draft) => {
    const inBetween = readAuthority(folder, side);
    if (inBetween) return inBetween;
    for (const computer of draft.world.computers.filter(({ role }) => role === side)) {
      const state = draft.of(computer);
      addOnce(state, inStore(fresh.root.certificate, 'LocalMachine\\Root'));
      addOnce(state, inStore(fresh.issuing.certificate, 'LocalMachine\\CA'));
    }
    writeWhole(authorityPath(folder, side), `${JSON.stringify(fresh)}\n`);
    return fresh;
  });
};

/** A certificate for a computer as DPM wants it, signed by the issuing CA: PEM. */
export const issueFor = (
  authority: Authority,
  wanted: { readonly commonName: string; readonly dnsNames: readonly string[]; readonly publicKey: string },
): string => {
  const now = Date.now();
  return issue({
    ...wanted,
    issuer: authority.issuing,
    signingKey: authority.issuing.privateKey,
    notBefore: new Date(now - day),
    notAfter: new Date(now + 730 * day),
    authority: false,
    crlAddress: crlAddress(authority.port, 'issuing'),
  });
};
