import { child, decode, elementAt, elementsIn, sequence, slice, Unreadable, type Element } from './asn1.js';

const firstIn = (bytes: Buffer, parent: Element): Element =>
  elementAt(bytes, parent.contentStart, parent.contentEnd);

const contextZero = 0xa0;

/**
 * The certificates of a PKCS#7 file as they were encoded: taken out in place, since encoding them again could change
 * their thumbprints.
 */
export function* certificatesInPkcs7(bytes: Buffer): Generator<Buffer> {
  // Refuses what is nested too deeply before anything is taken out of it.
  const root = decode(bytes);
  sequence(child(child(root, 1), 0));
  const [, wrapped] = elementsIn(bytes, elementAt(bytes));
  if (wrapped === undefined) throw new Unreadable('it has no content');
  for (const part of elementsIn(bytes, firstIn(bytes, wrapped))) {
    if (part.tag !== contextZero) continue;
    for (const element of elementsIn(bytes, part)) {
      // Attribute certificates of old versions are [0] and [1] here; X.509 certificates are sequences.
      if (element.tag !== 0x30) continue;
      yield slice(bytes, element);
    }
  }
}
