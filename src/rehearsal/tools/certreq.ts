import { createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import { issueFor, theAuthority } from '../authority/authority.js';
import { derOf, newKeyPair, thumbprintOf } from '../authority/issue.js';
import { Refusal } from '../errors.js';
import { hasFault } from '../faults.js';
import { statOrNull } from '../files.js';
import { toHost } from '../paths.js';
import { changeWorld, readState, readWorld, writeWhole } from '../store.js';
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
  // The template stands in the INF, and this computer cannot look it up: certreq opens a dialog, which -q cancels.
  if (
    setting(inf, 'CertificateTemplate') !== null &&
    readState(context.folder, context.computer.id).membership !== 'domain'
  ) {
    const answer = context.arguments.includes('-q')
      ? 'n'
      : await context.ask('Template not found. Do you wish to continue anyway? [y/n] ');
    if (!/^y/i.test(answer.trim())) throw new Refusal('Template not found. 0x800704c7 (ERROR_CANCELLED)');
  }
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

/** Where requests wait for approval: a file for each, named by its number. */
const pendingFolder = (folder: string): string => join(folder, 'authority', 'pending');

const newRequestId = (folder: string): string => {
  const ids = existsSync(pendingFolder(folder)) ? readdirSync(pendingFolder(folder)).map(Number) : [];
  return String(Math.max(1, ...ids) + 1);
};

/** Certificate and chain, as AD CS gives them: Base64, and a PKCS#7 file under the label CERTIFICATE. */
const deliver = async (context: ToolContext, request: string, to: string, chain?: string): Promise<void> => {
  const csr = forge.pki.certificationRequestFromPem(request);
  const field = csr.subject.getField('CN') as { readonly value?: unknown } | null;
  const commonName = typeof field?.value === 'string' ? field.value : '';
  if (!csr.verify() || commonName === '' || csr.publicKey === null) {
    throw new Refusal('The request was denied: its signature or its subject is not valid.');
  }
  const authority = await theAuthority(context.folder, context.computer.role);
  const certificate = issueFor(authority, {
    commonName,
    dnsNames: [commonName],
    publicKey: forge.pki.publicKeyToPem(csr.publicKey),
  });
  writeWhole(hostOf(context, to), certificate);
  if (chain !== undefined) {
    const bundle = forge.pkcs7.createSignedData();
    for (const pem of [certificate, authority.issuing.certificate, authority.root.certificate]) {
      bundle.addCertificate(pem);
    }
    writeWhole(hostOf(context, chain), forge.pkcs7.messageToPem(bundle).replaceAll('PKCS7', 'CERTIFICATE'));
  }
  context.did(`issued a certificate for ${commonName}`);
  context.print('Certificate retrieved(Issued) Issued');
};

const underSubmission = (context: ToolContext, id: string): void => {
  context.print(`RequestId: ${id}`);
  context.print(`RequestId: "${id}"`);
  context.print('Certificate request is pending: Taken Under Submission (0)');
};

const needsApproval = ({ folder, computer }: ToolContext): boolean =>
  hasFault(readWorld(folder).faults, 'ca-approval', computer.id);

const submit = async (context: ToolContext, from: string, to: string, chain?: string): Promise<void> => {
  const request = readText(context, from);
  try {
    forge.pki.certificationRequestFromPem(request);
  } catch {
    throw new Refusal(`${from}: the request cannot be read.`);
  }
  if (needsApproval(context)) {
    const id = newRequestId(context.folder);
    writeWhole(join(pendingFolder(context.folder), id), request);
    underSubmission(context, id);
    return;
  }
  await deliver(context, request, to, chain);
};

/** Fetches what the CA approved in the meantime: once the fault is gone, it has. */
const retrieve = async (context: ToolContext, id: string, to: string, chain?: string): Promise<void> => {
  const path = join(pendingFolder(context.folder), id);
  if (!/^\d+$/.test(id) || !existsSync(path)) throw new Refusal(`There is no request ${id}.`);
  if (needsApproval(context)) underSubmission(context, id);
  else await deliver(context, readFileSync(path, 'utf8'), to, chain);
};

const rootTrusted = async (context: ToolContext): Promise<boolean> => {
  if (hasFault(readWorld(context.folder).faults, 'root-untrusted', context.computer.id)) return false;
  const root = thumbprintOf(
    derOf((await theAuthority(context.folder, context.computer.role)).root.certificate),
  );
  return readState(context.folder, context.computer.id).certificates.some(
    ({ store, thumbprint }) => store === 'LocalMachine\\Root' && thumbprint === root,
  );
};

const accept = async (context: ToolContext, from: string): Promise<void> => {
  const certificate = new X509Certificate(readText(context, from));
  if (!(await rootTrusted(context))) {
    throw new Refusal(
      'A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider. 0x800b0109 (-2146762487 CERT_E_UNTRUSTEDROOT)',
    );
  }
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

const withValue = new Set(['-config', '-attrib']);

/** certreq.exe -new, -submit, -retrieve, -accept, against the practice certificate authority. */
export const certreq: ProgramTool = async (context) => {
  const [verb = '', ...rest] = context.arguments;
  const files = rest.filter((word, at) => !word.startsWith('-') && !withValue.has(rest[at - 1] ?? ''));
  const [first, second, third] = files;
  if (first === undefined) throw new Refusal('certreq: a file name is missing.');
  switch (verb.toLowerCase()) {
    case '-new':
      if (second === undefined) throw new Refusal('certreq: a file name is missing.');
      await newRequest(context, first, second);
      return 0;
    case '-submit':
      if (second === undefined) throw new Refusal('certreq: a file name is missing.');
      await submit(context, first, second, third);
      return 0;
    case '-retrieve':
      if (second === undefined) throw new Refusal('certreq: a file name is missing.');
      await retrieve(context, first, second, third);
      return 0;
    case '-accept':
      await accept(context, first);
      return 0;
    default:
      throw new Refusal(`certreq: unknown option ${verb}`);
  }
};
