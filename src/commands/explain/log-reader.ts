import { isUtf8 } from 'node:buffer';
import { longestPart, type Explainer } from '../../dpm/explain.js';

const lineFeed = 0x0a;
/** One letter is up to four bytes, so a part of a line in any encoding. */
const longestBytes = longestPart * 4;
const windows1252 = new TextDecoder('windows-1252');

/** Where a long line is cut: not in the middle of a number. A zero byte is a part of one in UTF-16. */
const placeToCut = (bytes: Buffer): number => {
  const inNumber = (byte: number | undefined): boolean =>
    byte === 0 || (byte !== undefined && /[\w-]/.test(String.fromCharCode(byte)));
  for (let at = longestPart; at > longestPart / 2; at -= 1) if (!inNumber(bytes[at - 1])) return at;
  return longestPart;
};

/** UTF-16 as text, whichever byte of each letter comes first: the zero bytes beside ASCII letters tell. */
const fromUtf16 = (bytes: Buffer): string => {
  const units = bytes.subarray(0, bytes.length - (bytes.length % 2));
  let [even, odd] = [0, 0];
  for (let at = 0; at + 1 < units.length; at += 2) {
    if (units[at] === 0) even += 1;
    if (units[at + 1] === 0) odd += 1;
  }
  return even > odd ? Buffer.from(units).swap16().toString('utf16le') : units.toString('utf16le');
};

/**
 * One line as text. Each line is judged by itself, because a log can change: PowerShell appends UTF-16 to a file in
 * another encoding. Zero bytes are in no other text; what is not UTF-8 is taken for windows-1252.
 */
const textOf = (line: Buffer): string => {
  // A cut at the byte of a line feed leaves the zero byte of its other half, in front of whatever follows.
  const bytes = line[0] === 0 ? line.subarray(1) : line;
  if (bytes.includes(0)) return fromUtf16(bytes).replaceAll('\u0000', '');
  return isUtf8(bytes) ? bytes.toString('utf8') : windows1252.decode(bytes);
};

/** Reads a log of any size into an explainer. Holds one line, or a part of it, in memory. */
export const readLogInto = async (explainer: Explainer, chunks: AsyncIterable<Buffer>): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0);
  const part = (bytes: Buffer, ends: boolean): void => {
    const text = textOf(bytes).replace(/^\uFEFF/, '');
    // A lone CR ends a line too, as progress that overwrites itself.
    const lines = text.replace(/\r$/, '').split('\r');
    for (const [index, line] of lines.entries()) {
      if (index < lines.length - 1) explainer.line(line);
      else if (ends) explainer.line(line);
      else explainer.part(line.slice(0, longestPart), false);
    }
  };
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed)) {
      part(bytes.subarray(0, end), true);
      bytes = bytes.subarray(end + 1);
    }
    while (bytes.length > longestBytes) {
      const cut = placeToCut(bytes);
      part(bytes.subarray(0, cut), false);
      bytes = bytes.subarray(cut);
    }
    rest = Buffer.from(bytes);
  }
  // What follows the last line feed is a line where there is something; in UTF-16 the line feed's other half is not.
  if (rest.length > 1 || (rest.length === 1 && rest[0] !== 0)) part(rest, true);
};
