import type { AuditCheck } from './audit-check.js';
import { certificateChecks } from './certificate.js';
import { computerChecks } from './computer.js';
import { documentChecks, fileChecks } from './document.js';
import { listingChecks } from './listing.js';
import { passwordChecks } from './password.js';
import { versionChecks } from './version.js';

export { fileChecks };

/** Every check of a computer among the others, in the order in which findings are shown. */
export const auditChecks: readonly AuditCheck[] = [
  ...documentChecks,
  ...listingChecks,
  ...versionChecks,
  ...certificateChecks,
  ...passwordChecks,
  ...computerChecks,
];
