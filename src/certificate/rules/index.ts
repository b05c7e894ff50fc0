import { authority } from './authority.js';
import { caUsage } from './ca-usage.js';
import { chain } from './chain.js';
import { clientAuth } from './client-auth.js';
import { criticalExtensions } from './critical-extensions.js';
import { encoding } from './encoding.js';
import { exportable } from './exportable.js';
import { fileEncryption } from './file-encryption.js';
import { keyLength } from './key-length.js';
import { keyType } from './key-type.js';
import { machineStore } from './machine-store.js';
import { name } from './name.js';
import { nameConstraints } from './name-constraints.js';
import { noCng } from './no-cng.js';
import { notSelfSigned } from './not-self-signed.js';
import { otherContent } from './other-content.js';
import { ownCertificate } from './own-certificate.js';
import { policies } from './policies.js';
import { privateKey } from './private-key.js';
import { renewal } from './renewal.js';
import { revocation } from './revocation.js';
import { rootSubject } from './root-subject.js';
import type { Rule } from './rule.js';
import { serverAuth } from './server-auth.js';
import { subject } from './subject.js';
import { validity } from './validity.js';
import { version } from './version.js';

/** Every rule, in the order in which findings are shown. */
export const rules: readonly Rule[] = [
  version,
  encoding,
  clientAuth,
  serverAuth,
  keyLength,
  keyType,
  noCng,
  subject,
  rootSubject,
  notSelfSigned,
  chain,
  caUsage,
  nameConstraints,
  criticalExtensions,
  policies,
  validity,
  revocation,
  privateKey,
  ownCertificate,
  name,
  renewal,
  authority,
  machineStore,
  exportable,
  otherContent,
  fileEncryption,
];

/** The rules that depend on which path of several is taken. */
export const chainRules: readonly Rule[] = [
  chain,
  caUsage,
  nameConstraints,
  criticalExtensions,
  policies,
  encoding,
  keyLength,
  rootSubject,
];
