import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const signer = z.object({ certificate: z.string().max(20_000), privateKey: z.string().max(20_000) });

const authoritySchema = z.object({
  /** Port of the loopback interface where the revocation lists are served. */
  port: z.number().int().min(1).max(65_535),
  root: signer,
  issuing: signer,
});

export type Authority = z.output<typeof authoritySchema>;

export const authorityPath = (folder: string): string => join(folder, 'authority', 'authority.json');

/** The world's authority, or null where none was needed yet. */
export const readAuthority = (folder: string): Authority | null =>
  existsSync(authorityPath(folder))
    ? authoritySchema.parse(JSON.parse(readFileSync(authorityPath(folder), 'utf8')))
    : null;
