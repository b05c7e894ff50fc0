/*
 * Certificates, judged as DPM will judge them.
 *
 *   openCertificates(input)        bytes and passwords → the certificates in it; throws WrongPassword (exit 2, may be
 *                                  asked again) or NotACertificate (exit 3)
 *   openStoreCertificate(entry)    the same for a certificate of a Windows store
 *   openTrust(input)               every certificate of a file, for the option trust
 *   judge(opened, options)         → findings of every rule, for each certificate
 *   CertificateJudge               the same for many inputs, one after the other: judge(), unreadable(), settle()
 *   listRules()                    id, title, requirement and source of every check
 *   convertCertificate(input, pw)  → PFX for the provider and key type that DPM needs
 */
import { convertCertificate } from './convert.js';
import { CertificateJudge, type JudgedCertificate, type JudgeOptions } from './judge.js';
import type { OpenedCertificate } from './read/open.js';
import { rules } from './rules/index.js';
import { readable } from './rules/readable.js';
import type { Rule } from './rules/rule.js';

export { readAuthorities, type Authorities, type Authority } from './authorities.js';
export type { CertificateInput } from './read/content.js';
export { NotACertificate, WrongPassword } from './read/content.js';
export {
  CertificateCache,
  openCertificates,
  openStoreCertificate,
  openTrust,
  type OpenedCertificate,
} from './read/open.js';
export type { AddressFacts } from './facts.js';
export type { CertificateSummary } from './summary.js';
export { limits } from './limits.js';
/** Writers of certificates and files, for the command fixtures. */
export * as fixtureParts from './write/index.js';
export { aesCiphers, convertedName, convertFile } from './rules/rule.js';
export { CertificateJudge, convertCertificate };
export type { JudgedCertificate, JudgeOptions };

/** Judges certificates that are all there already. */
export const judge = async (
  opened: readonly OpenedCertificate[],
  options: JudgeOptions = {},
): Promise<readonly JudgedCertificate[]> => new CertificateJudge(options).judge(opened);

/** Every check on certificates, in the order in which findings are shown; the first judges the input itself. */
export const listRules = (): readonly Omit<Rule, 'run'>[] => [readable, ...rules];
