import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import forge from 'node-forge';
import { issueFor, theAuthority } from '../authority/authority.js';
import { newKeyPair, thumbprintOf } from '../authority/issue.js';
import { Refusal } from '../errors.js';
import { statOrNull } from '../files.js';
import { toHost } from '../paths.js';
import { changeWorld, writeWhole } from '../store.js';
import type { ProgramTool, ToolContext } from './context.js';

const maxBytes = 100_000;

const hostOf = ({ folder, computer }: ToolContext, path: string): string => {
  const host = toHost(folder, computer.id, path);
  if (host === null) throw new Refusal(`The system cannot find the path specified: ${path}`);
  return host;
};

const readText = (context: ToolContext, path: string): string => {
  const host = hostOf(context, path);
  const stats = statOrNull(host);
  if (stats?.isFile() !== true || stats.size > maxBytes) {
    throw new Refusal(`The system cannot find the file specified: ${path}`);
  }
  return readFileSync(host, 'utf8');
};

const setting = (inf: string, name: string): string | null =>
  new RegExp(`^${name}\\s*=\\s*"?([^"\\r\\n]*)"?`, 'im').exec(inf)?.[1]?.trim() ?? null;

/** One text form of a public key, whoever wrote it. */
const normal = (publicKey: string): string =>
  createPublicKey(publicKey).export({ type: 'spki', format: 'pem' }).toString();

const keySpecOf = (inf: string): 'exchange' | 'signature' | 'cng' => {
  if (/key storage provider/i.test(setting(inf, 'ProviderName') ?? '')) return 'cng';
  return setting(inf, 'KeySpec') === '2' ? 'signature' : 'exchange';
};

const newRequest = async (context: ToolContext, from: string, to: string): Promise<void> => {
  const inf = readText(context, from);
  const commonName = /CN=([^",]+)/i.exec(setting(inf, 'Subject') ?? '')?.[1];
  if (commonName === undefined) throw new Refusal(`${from}: there is no subject.`);
  const keys = newKeyPair(Number(setting(inf, 'KeyLength') ?? '2048'));
  const csr = forge.pki.createCertificationRequest();
  csr.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  csr.setSubject([{ shortName: 'CN', value: commonName }]);
  csr.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  await changeWorld(context.folder, (draft) => {
    draft.of(context.computer).pendingKeys.push({
      publicKey: normal(keys.publicKey),
      key: {
        pem: keys.privateKey,
        provider: setting(inf, 'ProviderName'),
        keySpec: keySpecOf(inf),
        exportable: /^true$/i.test(setting(inf, 'Exportable') ?? ''),
      },
    });
  });
  writeWhole(hostOf(context, to), forge.pki.certificationRequestToPem(csr));
  context.did(`made a request for ${commonName}`);
};

const submit = async (context: ToolContext, from: string, to: string): Promise<void> => {
  let csr: forge.pki.CertificateSigningRequest;
  try {
    csr = forge.pki.certificationRequestFromPem(readText(context, from));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${from}: the request cannot be read.`);
  }
  const field = csr.subject.getField('CN') as { readonly value?: unknown } | null;
  const commonName = typeof field?.value === 'string' ? field.value : '';
  if (!csr.verify() || commonName === '' || csr.publicKey === null) {
    throw new Refusal('The request was denied: its signature or its subject is not valid.');
  }
  const authority = await theAuthority(context.folder);
  const certificate = issueFor(authority, {
    commonName,
    dnsNames: [commonName],
    publicKey: forge.pki.publicKeyToPem(csr.publicKey),
  });
  writeWhole(hostOf(context, to), certificate);
  context.did(`issued a certificate for ${commonName}`);
  context.print('Certificate retrieved(Issued) Issued');
};

const accept = async (context: ToolContext, from: string): Promise<void> => {
  const certificate = new X509Certificate(readText(context, from));
  const publicKey = certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await changeWorld(context.folder, (draft) => {
    const state = draft.of(context.computer);
    const pending = state.pendingKeys.find((one) => one.publicKey === publicKey);
    const thumbprint = thumbprintOf(certificate.raw);
    const known = state.certificates.some((one) => one.thumbprint === thumbprint && one.key !== null);
    if (!pending) {
      if (known) return;
      throw new Refusal('Cannot find the private key of this certificate on this computer.');
    }
    state.pendingKeys = state.pendingKeys.filter((one) => one !== pending);
    state.certificates.push({
      store: 'LocalMachine\\My',
      der: certificate.raw.toString('base64'),
      thumbprint,
      key: pending.key,
    });
    context.did(`accepted ${thumbprint}`);
  });
};

const withValue = new Set(['-config']);

/** certreq.exe -new, -submit, -accept, against the practice certificate authority. */
export const certreq: ProgramTool = async (context) => {
  const [verb = '', ...rest] = context.arguments;
  const files = rest.filter((word, at) => !word.startsWith('-') && !withValue.has(rest[at - 1] ?? ''));
  const [first, second] = files;
  if (first === undefined) throw new Refusal('certreq: a file name is missing.');
  switch (verb.toLowerCase()) {
    case '-new':
      if (second === undefined) throw new Refusal('certreq: a file name is missing.');
      await newRequest(context, first, second);
      return 0;
    case '-submit':
      if (second === undefined) throw new Refusal('certreq: a file name is missing.');
      await submit(context, first, second);
      return 0;
    case '-accept':
      await accept(context, first);
      return 0;
    default:
      throw new Refusal(`certreq: unknown option ${verb}`);
  }
};
