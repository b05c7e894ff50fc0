import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { PracticeComputer } from '../state.js';

const signer = z.object({ certificate: z.string().max(20_000), privateKey: z.string().max(20_000) });

const authoritySchema = z.object({
  /** Port of the loopback interface where the revocation lists are served. */
  port: z.number().int().min(1).max(65_535),
  root: signer,
  issuing: signer,
});

export type Authority = z.output<typeof authoritySchema>;

/** Whose authority: that of the DPM server, or that of the protected computers. */
export type AuthoritySide = PracticeComputer['role'];

const ownersOf: Record<AuthoritySide, string> = {
  'dpm-server': 'of the DPM server',
  'protected-computer': 'of the protected computers',
};

export const rootName = (side: AuthoritySide): string => `Practice Root CA ${ownersOf[side]}`;

export const issuingName = (side: AuthoritySide): string => `Practice Issuing CA ${ownersOf[side]}`;

/** The issuing CA as certreq takes it: `server\\CA name`. */
export const authorityConfig = (side: AuthoritySide): string => `PRACTICE-CA\\${issuingName(side)}`;

export const authoritySides: readonly AuthoritySide[] = ['dpm-server', 'protected-computer'];

export const authorityPath = (folder: string, side: AuthoritySide): string =>
  join(folder, 'authority', `${side}.json`);

/** The authority of one side, or null where none was needed yet. */
export const readAuthority = (folder: string, side: AuthoritySide): Authority | null => {
  const path = authorityPath(folder, side);
  return existsSync(path) ? authoritySchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
};
