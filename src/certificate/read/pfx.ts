import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  child,
  children,
  count,
  decode,
  encode,
  isContext,
  octets,
  oid,
  sequence,
  LimitExceeded,
  Unreadable,
  type Node,
} from './asn1.js';
import { Contents } from './contents.js';
import { readString, shownText } from './distinguished-name.js';
import { derivePkcs12, digestBytes, type Budget } from './key-derivation.js';
import {
  decrypt,
  encryptedBytes,
  hmacDigest,
  NotThisPassword,
  passwordBytes,
  pbkdf2Key,
  tryPasswords,
  type PasswordBytes,
} from './password-encryption.js';
import { keySpecOf, readEncryptedKey, readPrivateKeyInfo } from './private-key.js';

const contentTypes = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  encryptedData: '1.2.840.113549.1.7.6',
} as const;

const bagTypes = {
  key: '1.2.840.113549.1.12.10.1.1',
  encryptedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  nested: '1.2.840.113549.1.12.10.1.6',
} as const;

const x509Certificate = '1.2.840.113549.1.9.22.1';
const providerName = '1.3.6.1.4.1.311.17.1';
const pbmac1 = '1.2.840.113549.1.5.14';

const digestNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.5': 'sha512-224',
  '2.16.840.1.101.3.4.2.6': 'sha512-256',
  '2.16.840.1.101.3.4.2.7': 'sha3-224',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
  '1.3.36.3.2.1': 'ripemd160',
  '1.3.6.1.4.1.1722.12.2.1.16': 'blake2b512',
  '1.3.6.1.4.1.1722.12.2.2.8': 'blake2s256',
};

const macMatches = (macData: Node, bytes: Buffer, password: PasswordBytes, budget: Budget): boolean => {
  const [digestInfo, saltNode, roundsNode] = sequence(macData);
  const [algorithm, expectedNode] = sequence(digestInfo);
  const [idNode, parameters] = sequence(algorithm);
  const id = oid(idNode);
  const expected = octets(expectedNode);
  let actual: Buffer;
  if (id === pbmac1) {
    const [derivation, scheme] = sequence(parameters);
    const digest = hmacDigest(oid(child(scheme, 0)));
    // RFC 9579 requires the key length among the parameters of PBKDF2; where it is missing, that of the MAC is meant.
    const key = pbkdf2Key(derivation, password.plain, digestBytes(digest) ?? 32, budget);
    actual = createHmac(digest, key).update(bytes).digest();
  } else {
    const digest = digestNames[id];
    if (digest === undefined)
      throw new Unreadable(`its MAC uses a digest that dpm-prep does not know (${id})`);
    if (expected.length === 0 || expected.length > 64) throw new Unreadable('its MAC has an invalid length');
    const key = derivePkcs12(
      {
        digest,
        password: password.utf16,
        salt: octets(saltNode),
        rounds: roundsNode === undefined ? 1 : count(roundsNode),
        purpose: 3,
        length: expected.length,
      },
      budget,
    );
    actual = createHmac(digest, key).update(bytes).digest();
  }
  return actual.length === expected.length && timingSafeEqual(actual, expected);
};

const isPbmac1 = (macData: Node | undefined): boolean =>
  macData !== undefined && oid(child(child(child(macData, 0), 0), 0)) === pbmac1;

const providerOf = (attributes: readonly Node[]): string | null => {
  for (const attribute of attributes) {
    const [id, values] = sequence(attribute);
    if (oid(id) !== providerName) continue;
    const value = children(values)[0];
    if (value !== undefined) return shownText(readString(value).replace(/\0+$/, ''));
  }
  return null;
};

const mostNested = 4;

const collectBag = (
  bag: Node,
  password: PasswordBytes,
  budget: Budget,
  into: Contents,
  depth: number,
): void => {
  const [idNode, wrapped, attributesNode] = sequence(bag);
  const value = child(wrapped, 0);
  const attributes = attributesNode === undefined ? [] : children(attributesNode);
  switch (oid(idNode)) {
    case bagTypes.certificate: {
      const [type, certificate] = sequence(value);
      if (oid(type) === x509Certificate) into.addCertificate(octets(child(certificate, 0)));
      break;
    }
    case bagTypes.key:
    case bagTypes.encryptedKey: {
      const provider = providerOf(attributes);
      const read =
        oid(idNode) === bagTypes.key
          ? readPrivateKeyInfo(encode(value), provider)
          : readEncryptedKey(value, password, budget, provider, into);
      into.addKey({ ...read, keySpec: read.keySpec ?? keySpecOf(attributes) });
      break;
    }
    case bagTypes.nested:
      collect(value, password, budget, into, depth + 1);
      break;
    // Revocation lists and secrets may be in a PFX; nothing here is about them.
    default:
      break;
  }
};

const collect = (safe: Node, password: PasswordBytes, budget: Budget, into: Contents, depth = 0): void => {
  if (depth > mostNested) {
    throw new LimitExceeded(
      `its bags are nested too deeply (dpm-prep's limit is ${String(mostNested)} levels)`,
    );
  }
  for (const [index, bag] of sequence(safe).entries()) {
    const id = oid(sequence(bag)[0]);
    const isKey = id === bagTypes.key || id === bagTypes.encryptedKey;
    into.attempt({ what: `bag ${String(index + 1)} of the PFX`, isKey }, () => {
      collectBag(bag, password, budget, into, depth);
    });
  }
};

const open = (safe: Buffer, password: PasswordBytes, budget: Budget, into: Contents): void => {
  for (const info of sequence(decode(safe))) {
    const [typeNode, wrapped] = sequence(info);
    const type = oid(typeNode);
    if (type === contentTypes.data) {
      collect(decode(octets(child(wrapped, 0))), password, budget, into);
    } else if (type === contentTypes.encryptedData) {
      const encryptedInfo = child(child(wrapped, 0), 1);
      const [, algorithm, encrypted] = sequence(encryptedInfo);
      if (!isContext(encrypted, 0)) throw new Unreadable('its encrypted part is empty');
      const { plain, cipher } = decrypt(algorithm, encryptedBytes(encrypted), password, budget);
      into.ciphers.add(cipher);
      let contents: Node;
      try {
        contents = decode(plain);
        sequence(contents);
      } catch (error) {
        if (error instanceof Unreadable) throw new NotThisPassword();
        throw error;
      }
      collect(contents, password, budget, into);
    } else {
      throw new Unreadable('it is encrypted for a certificate, not with a password');
    }
  }
};

/**
 * Opens a PKCS#12 file (DER or BER) and puts what it holds into `into`. Throws NotThisPassword if the password is wrong
 * or missing, Unreadable for everything that the file itself is to blame for. `password`: null where none was given.
 */
export const openPfx = (root: Node, password: string | null, budget: Budget, into: Contents): void => {
  const [, safeInfo, macData] = sequence(root);
  const [typeNode, wrapped] = sequence(safeInfo);
  const type = oid(typeNode);
  if (type !== contentTypes.data) {
    throw new Unreadable(
      type === contentTypes.signedData
        ? 'it is protected by a signature, not by a password'
        : 'it has no content',
    );
  }
  const safe = octets(child(wrapped, 0));
  const failed = new Set<string>();
  const found = tryPasswords(passwordBytes(password), (way) => {
    // Two ways of writing a password may differ only where its MAC does not look: that one is not computed again.
    const looked = `${way.utf16.toString('hex')} ${isPbmac1(macData) ? way.plain.toString('hex') : ''}`;
    if (failed.has(looked)) throw new NotThisPassword();
    if (macData !== undefined && !macMatches(macData, safe, way, budget)) {
      failed.add(looked);
      throw new NotThisPassword();
    }
    const fresh = new Contents();
    open(safe, way, budget, fresh);
    return fresh;
  });
  into.add(found);
};
