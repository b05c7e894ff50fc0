/*
 * Turns DER into BER as old Windows and Mozilla write it: indefinite lengths, octet strings in pieces. Knows nothing
 * of the reader under test.
 */

interface Part {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

const partAt = (bytes: Buffer, at: number): Part => {
  const tag = bytes.readUInt8(at);
  const first = bytes.readUInt8(at + 1);
  const count = first < 0x80 ? 0 : first & 0x7f;
  const length = count === 0 ? first : bytes.readUIntBE(at + 2, count);
  const start = at + 2 + count;
  return { tag, content: bytes.subarray(start, start + length), end: start + length };
};

const header = (tag: number, length: number): Buffer =>
  length < 0x80 ? Buffer.from([tag, length]) : Buffer.from([tag, 0x82, length >> 8, length & 0xff]);

/**
 * The same structure with indefinite lengths everywhere, and long octet strings cut into pieces of 100 bytes. `keep`:
 * elements that stay as they are.
 */
export const toBer = (der: Buffer, keep: readonly Buffer[] = []): Buffer => {
  const out: Buffer[] = [];
  for (let at = 0; at < der.length;) {
    const part = partAt(der, at);
    const whole = der.subarray(at, part.end);
    at = part.end;
    if (keep.some((each) => each.equals(whole))) {
      out.push(whole);
    } else if ((part.tag & 0x20) !== 0) {
      out.push(Buffer.from([part.tag, 0x80]), toBer(part.content, keep), Buffer.from([0, 0]));
    } else if (part.tag === 0x04 && part.content.length > 200) {
      out.push(Buffer.from([0x24, 0x80]));
      for (let from = 0; from < part.content.length; from += 100) {
        const piece = part.content.subarray(from, from + 100);
        out.push(header(0x04, piece.length), piece);
      }
      out.push(Buffer.from([0, 0]));
    } else {
      out.push(header(part.tag, part.content.length), part.content);
    }
  }
  return Buffer.concat(out);
};
