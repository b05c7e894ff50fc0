import { decode, elementAt, slice, Unreadable } from './asn1.js';
import type { Contents } from './contents.js';
import { identify, structureNames, type Structure } from './identify.js';
import type { Budget } from './key-derivation.js';
import { passwordBytes, tryPasswords } from './password-encryption.js';
import { openPfx } from './pfx.js';
import { certificatesInPkcs7 } from './pkcs7.js';
import { readEncryptedKey, readOldKey, readPrivateKeyInfo } from './private-key.js';

/**
 * Reads one DER or BER structure into `into`. Its content tells what it is: AD CS labels a PKCS#7 chain
 * CERTIFICATE, and certutil -encode gives every file that label. `expected`: what a structure should be that is not
 * among the known ones. Returns what it was.
 */
export const readStructure = (
  bytes: Buffer,
  password: string | null,
  budget: Budget,
  into: Contents,
  expected: 'certificate' | 'key' = 'certificate',
): Structure => {
  // Bytes behind the end do not belong to the structure. Windows passes over them as well.
  const whole = slice(bytes, elementAt(bytes));
  const structure = identify(whole);
  switch (structure) {
    case 'pfx':
      openPfx(decode(whole), password, budget, into);
      break;
    case 'pkcs7':
      for (const certificate of certificatesInPkcs7(whole)) into.addCertificate(certificate);
      break;
    case 'private-key':
      into.addKey(readPrivateKeyInfo(whole, null));
      break;
    case 'encrypted-private-key': {
      const node = decode(whole);
      into.addKey(
        tryPasswords(passwordBytes(password), (way) => readEncryptedKey(node, way, budget, null, into)),
      );
      break;
    }
    case 'rsa-private-key':
      into.addKey(readOldKey(whole, 'pkcs1'));
      break;
    case 'ec-private-key':
      into.addKey(readOldKey(whole, 'sec1'));
      break;
    case 'certificate':
      into.addCertificate(whole);
      break;
    case 'unknown':
      if (expected === 'key') throw new Unreadable('a private key in it cannot be read');
      into.addCertificate(whole);
      break;
    case 'request':
    case 'revocation-list':
    case 'public-key':
    case 'encrypted-message':
      into.foreign.add(structureNames[structure] ?? structure);
  }
  return structure;
};
