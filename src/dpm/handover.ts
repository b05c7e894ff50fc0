import * as z from 'zod';
import { carriedAuthorities, carriedCredential, carriedFile, judged } from './carried-file.js';
import { parseComputerName, parseDnsSuffix, parseUserName, type Parsed } from './names.js';
import { parseThumbprint } from './thumbprint.js';

/*
 * The handover file: what one computer of the pair tells the other. It holds no secrets. Names stand in it exactly as
 * they were used, because the same form must be used everywhere (Microsoft's page, "Update the password").
 */

/** 2: with the CA certificates of both computers. A file of version 1 is still read. */
export const handoverSchemaVersion = 2;
const kind = 'dpm-prep handover';

export const handoverSchema = z.strictObject({
  kind: z.literal(kind),
  schemaVersion: z.literal([1, handoverSchemaVersion]),
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
  dpmServerCredential: carriedCredential.nullable(),
  /** The protected computer's .bin: what the attach needs. */
  protectedComputerCredential: carriedCredential.nullable(),
  /**
   * dpm-prep saw the tool write the protected computer's .bin. False: SetDpmServer was run by hand, and `dpm-prep
   * handover` was told which file it wrote.
   */
  witnessed: z.boolean().default(true),
  /**
   * The CA certificates above each computer's certificate: the other one must trust their root. Empty: that computer
   * did not know them, has not written the file yet, or has no certificate (NTLM).
   */
  dpmServerAuthorities: carriedAuthorities,
  protectedComputerAuthorities: carriedAuthorities,
});

export type Handover = z.infer<typeof handoverSchema>;

export const maxHandoverBytes = 192 * 1024;

const file = carriedFile({
  kind,
  schemaVersion: handoverSchemaVersion,
  schema: handoverSchema,
  noun: 'handover file',
});

export const serializeHandover = file.serialize;

/** Reads a handover file's text. The problem is a sentence that continues "The handover file X". */
export const parseHandover = (text: string): Parsed<Handover> => {
  const parsed = file.parse(text);
  if (!parsed.ok) return parsed;
  const { dpmServerCredential, protectedComputerCredential } = parsed.value;
  return dpmServerCredential !== null && dpmServerCredential.sha256 === protectedComputerCredential?.sha256
    ? {
        ok: false,
        problem:
          "is invalid: it names one file as the credential file of both computers, so it is the DPM server's own. Do not attach with it. Run SetDpmServer again on the protected computer: dpm-prep set-dpm-server --auth certificate",
      }
    : parsed;
};

/** `<computer>.handover.json` */
export const handoverFileName = (psName: string): string => `${psName}.handover.json`;
