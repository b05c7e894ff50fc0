export { writePfx } from './pfx.js';
export {
  basicConstraints,
  crlAddress,
  dnsName,
  extendedKeyUsage,
  keyUsage,
  pem,
  permittedDns,
  requirePolicy,
  writeCertificate,
  writePkcs7,
} from './x509.js';
export { wantedProvider } from '../rules/rule.js';
