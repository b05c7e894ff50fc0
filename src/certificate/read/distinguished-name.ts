import { cleanText } from '../../clean.js';
import type { NameFacts } from '../facts.js';
import { limits } from '../limits.js';
import { children, content, latin1, oid, sequence, typeOf, types, type Node } from './asn1.js';

const labels: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'S',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'T',
  '2.5.4.42': 'G',
  '1.2.840.113549.1.9.1': 'E',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const commonName = '2.5.4.3';

/** Text of an ASN.1 string by its type: UTF8String is UTF-8, BMPString UTF-16, the others Latin-1. */
export const readString = (node: Node): string => {
  switch (typeOf(node)) {
    case types.utf8String:
      return content(node).toString('utf8');
    case types.bmpString: {
      const bytes = content(node);
      // Swapped in a copy, since the bytes are those of the certificate.
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le');
    }
    case types.universalString: {
      const bytes = content(node);
      let text = '';
      for (let at = 0; at + 4 <= bytes.length && text.length <= limits.text; at += 4) {
        const code = bytes.readUInt32BE(at);
        text += code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code);
      }
      return text;
    }
    default:
      return latin1(node);
  }
};

/** A foreign text, cleaned and cut, ready to be shown. */
export const shownText = (text: string): string => cleanText(text, limits.text);

const quoted = (value: string): string =>
  /[,+="<>;\\]|^[ #]| $/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** Between the attributes of one part, and between the parts, of a comparable name. */
export const partsOfOne = '\u0001';
export const partsOfName = '\n';

/**
 * Text as names are compared: not cleaned for showing, so that a name with an invisible character in it stays another
 * name.
 */
const comparableText = (text: string): string =>
  text.trim().replaceAll(partsOfOne, '\uFFFD').replace(/\s+/g, ' ').toLowerCase();

/** A distinguished name, written as Windows does: the most specific part first. */
export const readName = (node: Node | undefined): NameFacts => {
  const commonNames: string[] = [];
  const parts: string[] = [];
  const comparable: string[] = [];
  for (const set of sequence(node).slice(0, limits.listed)) {
    const together: string[] = [];
    for (const attribute of children(set).slice(0, limits.listed)) {
      const [typeNode, valueNode] = sequence(attribute);
      const type = oid(typeNode);
      const raw = valueNode === undefined ? '' : readString(valueNode);
      const value = shownText(raw);
      if (type === commonName && value !== '') commonNames.push(value);
      parts.push(`${labels[type] ?? type}=${quoted(value)}`);
      together.push(`${type}=${comparableText(raw)}`);
    }
    comparable.push(together.sort().join(partsOfOne));
  }
  // A name whose only parts are empty strings is as empty as one without parts.
  const empty = comparable.every((part) => part.split(partsOfOne).every((each) => each.endsWith('=')));
  return {
    text: empty ? '' : parts.reverse().join(', '),
    commonNames,
    comparable: empty ? '' : comparable.join(partsOfName),
  };
};
