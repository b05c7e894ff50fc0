import type { AuditCheck } from './audit-check.js';
import { certificateChecks } from './certificate.js';
import { computerChecks } from './computer.js';
import { documentChecks, fileChecks, unreadChecks } from './document.js';
import { listingChecks } from './listing.js';
import { passwordChecks, passwordChecksOfOne } from './password.js';
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

/** These compare a computer with others, and say nothing of one document alone. */
const comparing: ReadonlySet<string> = new Set([
  ...[...documentChecks, ...listingChecks, ...versionChecks].map(({ id }) => id),
  'partner-root',
  'password-half-changed',
]);

/** Every check that one document answers by itself. */
export const checksOfOne: readonly AuditCheck[] = [
  ...unreadChecks,
  ...auditChecks.filter(({ id }) => !comparing.has(id)),
  ...passwordChecksOfOne,
];
