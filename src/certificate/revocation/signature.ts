import { constants, verify, type KeyObject } from 'node:crypto';
import { children, child, count, isContext, oid, sequence, type Node } from '../read/asn1.js';

const digests: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
  '1.3.101.113': null,
};

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const pss = '1.2.840.113549.1.1.10';

const verifyPss = (
  parameters: Node | undefined,
  bytes: Buffer,
  key: KeyObject,
  signature: Buffer,
): boolean => {
  const fields = parameters === undefined ? [] : sequence(parameters);
  const hash = fields.find((field) => isContext(field, 0));
  const salt = fields.find((field) => isContext(field, 2));
  const digest = hash === undefined ? 'sha1' : hashes[oid(child(child(hash, 0), 0))];
  if (digest === undefined) return false;
  const saltLength = salt === undefined ? 20 : count(children(salt)[0]);
  if (saltLength > 1024) return false;
  return verify(digest, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
};

/** True if the key made the signature over these very bytes. MD5 and what is not known count as no signature. */
export const signatureIsBy = (
  key: KeyObject | null,
  algorithm: Node,
  bytes: Buffer,
  signature: Buffer,
): boolean => {
  if (key === null) return false;
  const [id, parameters] = sequence(algorithm);
  const name = oid(id);
  try {
    if (name === pss) return verifyPss(parameters, bytes, key, signature);
    const digest = digests[name];
    return digest === undefined ? false : verify(digest, bytes, key, signature);
  } catch {
    return false;
  }
};
