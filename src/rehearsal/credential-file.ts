import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { DpmError, Refusal } from './errors.js';
import { joinPath, toHost } from './paths.js';
import { readWorld, writeWhole } from './store.js';
import { statOrNull } from './files.js';

/** The format of a real .bin is not known; a practice one says what it is, and means nothing to a real DPM. */
const contentSchema = z.object({
  practice: z.literal('dpm-prep practice credential file'),
  madeBy: z.enum(['dpm-server', 'protected-computer']),
  computer: z.string().max(255),
  name: z.string().max(255),
  /** Of the DPM server that the pair belongs to. */
  dpmServerName: z.string().max(255),
  thumbprint: z.string().max(40),
  /** Thumbprint of the root of the certificate's chain. */
  root: z.string().max(40),
  made: z.string().max(40),
  nonce: z.string().max(64),
});

export type CredentialContent = z.output<typeof contentSchema>;

const maxBytes = 100_000;

export interface WrittenCredential {
  readonly path: string;
  readonly sha256: string;
}

/** The folder must exist, as the page says. Throws a Refusal. */
export const requireFolder = (world: string, computerId: string, folder: string): void => {
  const host = toHost(world, computerId, folder);
  if (host === null || statOrNull(host)?.isDirectory() !== true) {
    throw new Refusal(`Could not find a part of the path '${folder}'.`);
  }
};

/** Writes CertificateConfiguration_NAME.bin, or what the world calls it. Every writing has its own content, also of the same values. */
export const writeCredential = (
  world: string,
  computerId: string,
  folder: string,
  content: Omit<CredentialContent, 'practice' | 'made' | 'nonce'>,
): WrittenCredential => {
  const whole: CredentialContent = {
    practice: 'dpm-prep practice credential file',
    ...content,
    made: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex'),
  };
  const bytes = Buffer.from(`${JSON.stringify(whole)}\n`);
  const fileName = readWorld(world).behaviour.credentialFile.replaceAll('{name}', content.name);
  const path = joinPath(world, [folder, fileName]);
  const host = toHost(world, computerId, path);
  if (host === null) throw new Refusal(`Could not find a part of the path '${folder}'.`);
  writeWhole(host, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** Reads a .bin; a bare name is looked for in `defaultFolder`, as the page says. Throws a Refusal or 33237. */
export const readCredential = (
  world: string,
  computerId: string,
  path: string,
  defaultFolder: string,
): CredentialContent & { readonly sha256: string } => {
  const whole = /[\\/]/.test(path) ? path : joinPath(world, [defaultFolder, path]);
  const host = toHost(world, computerId, whole);
  if (host === null || statOrNull(host)?.isFile() !== true) {
    throw new Refusal(`Could not find file '${whole}'.`);
  }
  const unreadable = new DpmError(33237, `the file ${whole} is not a credential file`);
  if (statSync(host).size > maxBytes) throw unreadable;
  const bytes = readFileSync(host);
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw unreadable;
  }
  const content = contentSchema.safeParse(parsed);
  if (!content.success) throw unreadable;
  return { ...content.data, sha256: createHash('sha256').update(bytes).digest('hex') };
};
