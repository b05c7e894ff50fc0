import { createHash } from 'node:crypto';

/*
 * Certificates for a Windows store as the registry keeps them: a blob of properties, each with a number, 1, a length
 * and its value. Property 2 is CERT_KEY_PROV_INFO, 3 the SHA-1, 32 the certificate. So a store can be had with records
 * of keys that do not exist, or that Wine has no provider for.
 */

/** What property 2 says; null: the certificate has no key. */
export interface KeyRecord {
  readonly container: string | null;
  readonly provider: string | null;
  /** 0: a key storage provider (CNG). */
  readonly type: number;
  /** 32: the machine's key set. */
  readonly flags: number;
  readonly spec: number;
}

const property = (id: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(id, 0);
  head.writeUInt32LE(1, 4);
  head.writeUInt32LE(value.length, 8);
  return Buffer.concat([head, value]);
};

/** CRYPT_KEY_PROV_INFO with offsets instead of pointers; 0 for a name that is not there. */
const keyProvInfo = ({ container, provider, type, flags, spec }: KeyRecord): Buffer => {
  const wide = (text: string | null): Buffer =>
    text === null ? Buffer.alloc(0) : Buffer.from(`${text}\0`, 'utf16le');
  const [first, second] = [wide(container), wide(provider)];
  const head = Buffer.alloc(28);
  if (container !== null) head.writeUInt32LE(28, 0);
  if (provider !== null) head.writeUInt32LE(28 + first.length, 4);
  head.writeUInt32LE(type, 8);
  head.writeUInt32LE(flags, 12);
  head.writeUInt32LE(spec, 24);
  return Buffer.concat([head, first, second]);
};

/** A .reg file that puts these certificates into LocalMachine\\My. */
export const storeFile = (
  certificates: readonly { readonly der: Buffer; readonly record: KeyRecord | null }[],
): Buffer => {
  const keys = certificates.map(({ der, record }) => {
    const sha1 = createHash('sha1').update(der).digest();
    const blob = Buffer.concat([
      ...(record === null ? [] : [property(2, keyProvInfo(record))]),
      property(3, sha1),
      property(32, der),
    ]);
    const hex = [...blob].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
    return `[HKEY_LOCAL_MACHINE\\Software\\Microsoft\\SystemCertificates\\My\\Certificates\\${sha1.toString('hex').toUpperCase()}]\r\n"Blob"=hex:${hex}\r\n`;
  });
  return Buffer.from(`\ufeffWindows Registry Editor Version 5.00\r\n\r\n${keys.join('\r\n')}`, 'utf16le');
};
