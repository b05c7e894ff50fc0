import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseComputerName, parseDnsSuffix, parseUserName, type Parsed } from './names.js';
import { parseThumbprint } from './thumbprint.js';

/*
 * The handover file: what one computer of the pair tells the other. It holds no secrets. Names stand in it exactly as
 * they were used, because the same form must be used everywhere (Microsoft's page, "Update the password").
 */

export const handoverSchemaVersion = 1;
const kind = 'dpm-prep handover';

const judged = (parse: (text: string) => Parsed<unknown>) =>
  z
    .string()
    .max(300)
    .refine((text) => parse(text).ok);

const credentialFile = z.strictObject({
  /** File name alone; where it was copied to is the other computer's business. */
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !/[\\/]/.test(name)),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const handoverSchema = z.strictObject({
  kind: z.literal(kind),
  schemaVersion: z.literal(handoverSchemaVersion),
  /** Written by a practice computer; a real one refuses it, and the other way round. */
  rehearsal: z.boolean(),
  method: z.enum(['ntlm', 'certificate']),
  /** Which computer wrote it last, so: which one has the next step. */
  writtenBy: z.enum(['dpm-server', 'protected-computer']),
  dpmServerName: judged(parseComputerName),
  psName: judged(parseComputerName),
  userName: judged(parseUserName).nullable(),
  productionServerDnsSuffix: judged(parseDnsSuffix).nullable(),
  /** Of the protected computer's certificate. */
  thumbprint: judged(parseThumbprint).nullable(),
  /** The DPM server's .bin: goes to the protected computer, never into an attach. */
  dpmServerCredential: credentialFile.nullable(),
  /** The protected computer's .bin: what the attach needs. */
  protectedComputerCredential: credentialFile.nullable(),
});

export type Handover = z.infer<typeof handoverSchema>;

export const maxHandoverBytes = 64 * 1024;

const checksum = (content: string): string => createHash('sha256').update(content).digest('hex');

/** The file's exact text. Its checksum finds a changed byte; it is no signature, and proves nothing about who wrote it. */
export const serializeHandover = (handover: Handover): string => {
  const content = JSON.stringify(handover, null, 2);
  return `${content.slice(0, -2)},\n  "checksum": "${checksum(content)}"\n}\n`;
};

const no = (problem: string): Parsed<never> => ({ ok: false, problem });

/** Reads a handover file's text. The problem is a sentence that goes on from "The handover file X". */
export const parseHandover = (text: string): Parsed<Handover> => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return no('is not whole: it is not JSON. Copy it again from the other computer.');
  }
  const head = z.object({ kind: z.literal(kind), schemaVersion: z.number() }).safeParse(content);
  if (!head.success) return no('is not a handover file of dpm-prep.');
  if (head.data.schemaVersion > handoverSchemaVersion) {
    return no(
      `was written by a newer dpm-prep (schema ${String(head.data.schemaVersion)}; this one knows ${String(handoverSchemaVersion)}). Use the same version on both computers.`,
    );
  }
  const changed = 'was changed after it was written. Copy it again from the other computer; do not edit it.';
  const { checksum: _checksum, ...rest } = content as Record<string, unknown>;
  const parsed = handoverSchema.safeParse(rest);
  if (!parsed.success) return no(changed);
  if (serializeHandover(parsed.data) !== text) return no(changed);
  return { ok: true, value: parsed.data };
};

/** `<computer>.handover.json` */
export const handoverFileName = (psName: string): string => `${psName}.handover.json`;
