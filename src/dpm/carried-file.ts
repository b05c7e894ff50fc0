import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Parsed } from './names.js';

/** A JSON file that one computer writes and another reads: its kind, the schema that it must keep to, and its name. */
export interface CarriedFileSpec<S extends z.ZodObject> {
  /** In its `kind`: tells it from every other file. */
  readonly kind: string;
  readonly schemaVersion: number;
  readonly schema: S;
  /** In the sentences: "handover file". */
  readonly noun: string;
}

export interface CarriedFile<T> {
  /** The file's exact text. Its checksum finds a changed byte; it is not a signature, and proves nothing about who wrote it. */
  readonly serialize: (value: T) => string;
  /** Reads the file's text. The problem is a sentence that continues "The handover file X". */
  readonly parse: (text: string) => Parsed<T>;
}

const checksum = (content: string): string => createHash('sha256').update(content).digest('hex');
const no = (problem: string): Parsed<never> => ({ ok: false, problem });

/** How such a file is written and judged: whole, of this kind, of a version we know, and not changed since. */
export const carriedFile = <S extends z.ZodObject>({
  kind,
  schemaVersion,
  schema,
  noun,
}: CarriedFileSpec<S>): CarriedFile<z.infer<S>> => {
  const seal = (value: unknown): string => {
    const content = JSON.stringify(value, null, 2);
    return `${content.slice(0, -2)},\n  "checksum": "${checksum(content)}"\n}\n`;
  };
  const parse = (text: string): Parsed<z.infer<S>> => {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      return no('is not complete: it is not JSON. Copy it again from the other computer.');
    }
    const head = z.object({ kind: z.literal(kind), schemaVersion: z.number() }).safeParse(content);
    if (!head.success) return no(`is not ${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun} of dpm-prep.`);
    if (head.data.schemaVersion > schemaVersion) {
      return no(
        `was written by a newer dpm-prep (schema ${String(head.data.schemaVersion)}; this one knows ${String(schemaVersion)}). Use the same version on all computers.`,
      );
    }
    const changed =
      'was changed after it was written. Copy it again from the other computer; do not edit it.';
    const { checksum: _checksum, ...rest } = content as Record<string, unknown>;
    const parsed = schema.safeParse(rest);
    if (!parsed.success) return no(changed);
    if (seal(rest) !== text) return no(changed);
    return { ok: true, value: parsed.data };
  };
  return { serialize: seal, parse };
};

/** A text of the file that one of the parsers of names must accept. */
export const judged = (parse: (text: string) => Parsed<unknown>) =>
  z
    .string()
    .max(300)
    .refine((text) => parse(text).ok);

/** A file name of Windows that is a .bin and leads nowhere else: not a path, a stream or a device. */
const credentialName = /^[^\\/:*?"<>|\p{Cc}.\s][^\\/:*?"<>|\p{Cc}]{0,250}\.bin$/iu;
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** CA certificates in one file; a real chain has two or three. */
export const maxAuthorities = 6;
/** Characters of one of them: 8 KB in base64. */
const maxAuthorityLength = 11_000;

/**
 * The CA certificates above a computer's own certificate, DER in base64, without order. Whether they are certificates
 * is judged where they are read.
 */
export const carriedAuthorities = z
  .array(z.base64().min(1).max(maxAuthorityLength))
  .max(maxAuthorities)
  .default([]);

/** Of a chain (issuer first, root last) what a carried file has room for: all of it, or the root alone. */
export const carriableAuthorities = (chain: readonly string[]): string[] => {
  const fitting = chain.filter((der) => der.length <= maxAuthorityLength);
  return fitting.length === chain.length && chain.length <= maxAuthorities ? fitting : fitting.slice(-1);
};

/** A credential file (.bin): its name, and what it must contain. Its folder can differ on each computer. */
export const carriedCredential = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => credentialName.test(name) && !deviceName.test(name)),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
