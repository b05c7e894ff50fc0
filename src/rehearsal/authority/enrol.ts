import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import * as z from 'zod';
import { certificateName } from '../names.js';
import { toHost } from '../paths.js';
import { places } from '../practice-files.js';
import { readWorld, writeWhole } from '../store.js';
import type { PracticeComputer } from '../state.js';
import { issueFor, theAuthority } from './authority.js';
import { derOf, newKeyPair, thumbprintOf } from './issue.js';

/** What the practice authority issued for a computer: a PFX in the administrator's folder there. */
const enrolledSchema = z.object({
  /** Path as that computer writes it. */
  pfx: z.string(),
  /** Made for practice; protects nothing. */
  password: z.string(),
  thumbprint: z.string(),
  /** Thumbprint of the root above it. */
  root: z.string(),
});

export type Enrolled = z.output<typeof enrolledSchema>;

const pfxPassword = 'Practice-Pfx-1!';

const enrolledPath = (folder: string, id: string): string =>
  join(folder, 'authority', 'enrolled', `${id}.json`);

/** A PFX with key and chain, as the export wizard writes it. */
const pfxOf = (certificate: string, chain: readonly string[], privateKey: string): Buffer => {
  const { pkcs12, pki, asn1 } = forge;
  const whole = pkcs12.toPkcs12Asn1(
    pki.privateKeyFromPem(privateKey),
    [certificate, ...chain].map((pem) => pki.certificateFromPem(pem)),
    pfxPassword,
    { algorithm: '3des', generateLocalKeyId: true },
  );
  return Buffer.from(asn1.toDer(whole).getBytes(), 'latin1');
};

const enrolOne = async (folder: string, computer: PracticeComputer): Promise<Enrolled> => {
  const path = enrolledPath(folder, computer.id);
  if (existsSync(path)) return enrolledSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const authority = await theAuthority(folder, computer.role);
  const commonName = certificateName(computer);
  const keys = newKeyPair();
  const certificate = issueFor(authority, {
    commonName,
    dnsNames: [commonName],
    publicKey: keys.publicKey,
  });
  const pfx = `${places.users}\\${commonName}.pfx`;
  const host = toHost(folder, computer.id, pfx);
  if (host === null) throw new Error(`No place for ${pfx}`);
  writeWhole(
    host,
    pfxOf(certificate, [authority.issuing.certificate, authority.root.certificate], keys.privateKey),
  );
  const enrolled = {
    pfx,
    password: pfxPassword,
    thumbprint: thumbprintOf(derOf(certificate)),
    root: thumbprintOf(derOf(authority.root.certificate)),
  };
  writeWhole(path, `${JSON.stringify(enrolled)}\n`);
  return enrolled;
};

/**
 * Issues a certificate for each of these computers (all: none named), as a PFX that is to be imported there. What was
 * issued before stays as it is.
 */
export const enrol = async (
  folder: string,
  ids: readonly string[],
): Promise<Readonly<Record<string, Enrolled>>> => {
  const wanted = readWorld(folder).computers.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const enrolled: Record<string, Enrolled> = {};
  for (const computer of wanted) enrolled[computer.id] = await enrolOne(folder, computer);
  return enrolled;
};
