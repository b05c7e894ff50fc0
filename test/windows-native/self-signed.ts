import { createHash } from 'node:crypto';
import forge from 'node-forge';

/** A certificate that signed itself, with its RSA key. Made without OpenSSL, which Windows does not have. */
export interface SelfSigned {
  readonly der: Buffer;
  /** SHA-1, upper-case hexadecimal. */
  readonly thumbprint: string;
  /** Certificate and key under this password, encrypted so that every Windows reads it. */
  readonly pfx: (password: string) => Buffer;
}

/** Valid for one hour. Throws only where the machine has no random numbers. */
export const selfSigned = (commonName: string): SelfSigned => {
  const { pki, asn1, pkcs12 } = forge;
  const keys = pki.rsa.generateKeyPair({ bits: 2048 });
  const certificate = pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
  const name = [{ name: 'commonName', value: commonName }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([{ name: 'extKeyUsage', serverAuth: true, clientAuth: true }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  const der = Buffer.from(asn1.toDer(pki.certificateToAsn1(certificate)).getBytes(), 'binary');
  return {
    der,
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
    pfx: (password) => {
      const stored = pkcs12.toPkcs12Asn1(keys.privateKey, [certificate], password, { algorithm: '3des' });
      return Buffer.from(asn1.toDer(stored).getBytes(), 'binary');
    },
  };
};
