import { X509Certificate } from 'node:crypto';
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { agentFolder } from '../../dpm/locations.js';
import { sameName } from '../../dpm/names.js';
import { openWithKeys } from '../../certificate/read/open.js';
import { Secret } from '../../secret.js';
import { thumbprintOf } from '../authority/issue.js';
import { Refusal } from '../errors.js';
import { toHost } from '../paths.js';
import { changeWorld } from '../store.js';
import type { State, StoredCertificate } from '../state.js';
import type { ScriptTool } from './context.js';

const legacyProvider = 'Microsoft Enhanced Cryptographic Provider v1.0';

/** A certificate of the same thumbprint in the same store is replaced, as Windows does it. */
const put = (state: State, certificate: StoredCertificate): void => {
  state.certificates = [
    ...state.certificates.filter(
      ({ store, thumbprint }) => store !== certificate.store || thumbprint !== certificate.thumbprint,
    ),
    certificate,
  ];
};

/** import-pfx */
export const importPfx: ScriptTool = async (context, { parameters, password }) => {
  const bytes = Buffer.from(parameters.pfx ?? '', 'base64');
  const input = { name: 'PFX', bytes, passwords: [new Secret(password ?? '')] };
  let found: ReturnType<typeof openWithKeys>;
  try {
    found = openWithKeys(input);
  } catch {
    throw new Refusal('The PFX cannot be opened with this password.');
  }
  const imported = found.map(({ opened, key }): StoredCertificate => {
    const { provider, keySpec } = opened.key;
    const cng = /key storage provider/i.test(provider ?? '');
    return {
      store: 'LocalMachine\\My',
      der: opened.certificate.der.toString('base64'),
      thumbprint: opened.certificate.facts.thumbprint,
      key:
        key === null
          ? null
          : {
              pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
              provider: provider ?? legacyProvider,
              keySpec: cng ? 'cng' : (keySpec ?? 'exchange'),
              exportable: true,
            },
    };
  });
  context.checkpoint();
  await changeWorld(context.folder, (draft) => {
    for (const certificate of imported) put(draft.of(context.computer), certificate);
  });
  const thumbprints = imported.map(({ thumbprint }) => thumbprint);
  for (const thumbprint of thumbprints) context.did(`imported ${thumbprint}`);
  context.print(JSON.stringify({ thumbprints }));
  return 0;
};

/** add-ca-certificate */
export const addCaCertificate: ScriptTool = async (context, { parameters }) => {
  const store = parameters.store === 'LocalMachine\\Root' ? 'LocalMachine\\Root' : 'LocalMachine\\CA';
  const der = new X509Certificate(Buffer.from(parameters.der ?? '', 'base64')).raw;
  const thumbprint = thumbprintOf(der);
  const added = await changeWorld(context.folder, (draft) => {
    const state = draft.of(context.computer);
    const known = state.certificates.some((one) => one.store === store && one.thumbprint === thumbprint);
    if (!known) put(state, { store, der: der.toString('base64'), thumbprint, key: null });
    return !known;
  });
  if (added) context.did(`added ${thumbprint} to ${store}`);
  context.print(JSON.stringify({ thumbprint, added }));
  return 0;
};

/** copy-to-local-computer */
export const copyToLocalComputer: ScriptTool = async (context, { parameters }) => {
  const thumbprint = parameters.thumbprint ?? '';
  await changeWorld(context.folder, (draft) => {
    const state = draft.of(context.computer);
    const source = state.certificates.find(
      (one) => one.store === 'CurrentUser\\My' && one.thumbprint === thumbprint,
    );
    if (!source) throw new Refusal(`CurrentUser\\My does not hold ${thumbprint}.`);
    if (source.key?.exportable === false) throw new Refusal('The private key is not exportable.');
    put(state, {
      ...source,
      store: 'LocalMachine\\My',
      key: source.key && { ...source.key, exportable: true },
    });
  });
  context.did(`copied ${thumbprint}`);
  context.print(JSON.stringify({ thumbprint }));
  return 0;
};

/** delete-agent-folder: the same refusals as the script for Windows. */
export const deleteAgentFolder: ScriptTool = async (context, { parameters }) => {
  const { folder, computer } = context;
  const path = parameters.path ?? '';
  const answer = (deleted: boolean, refused: string | null): number => {
    if (deleted) context.did(`deleted ${path}`);
    context.print(JSON.stringify({ deleted, refused, left: [] }));
    return 0;
  };
  const host = toHost(folder, computer.id, path);
  if (host === null || !sameName(path.replace(/\\+$/, ''), agentFolder.path)) {
    return answer(false, `${path} is not the agent's folder`);
  }
  let kind: ReturnType<typeof lstatSync>;
  try {
    kind = lstatSync(host);
  } catch {
    return answer(false, null);
  }
  if (!kind.isDirectory()) return answer(false, `${path} is a link or a file`);
  const other = readdirSync(host).find((name) => !sameName(name, 'DPM'));
  if (other !== undefined) return answer(false, `${path} also holds ${other}`);
  rmSync(host, { recursive: true, force: true });
  return Promise.resolve(answer(true, null));
};
