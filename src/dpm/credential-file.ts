import { hostLabel, mayBeSameComputer, nameForm } from './names.js';

const prefix = 'CertificateConfiguration_';
const suffix = '.bin';

/**
 * Name of the credential file that Set-DPMCredentials writes for this DPM server.
 * Source: the page, "Examples" of the certificate section.
 */
export const credentialFileName = (computerFqdn: string): string => `${prefix}${computerFqdn}${suffix}`;

/** The computer that a file named CertificateConfiguration_NAME.bin is of, or null for any other name. */
export const computerOfCredentialFile = (fileName: string): string | null => {
  if (fileName.length > 300) return null;
  const lower = fileName.toLowerCase();
  if (!lower.startsWith(prefix.toLowerCase()) || !lower.endsWith(suffix)) return null;
  const name = fileName.slice(prefix.length, -suffix.length);
  return /^[\p{L}\p{N}_.-]+$/u.test(name) ? name : null;
};

const occurs = (text: string, part: string, before: RegExp, after: RegExp): boolean => {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    if (!before.test(text.slice(0, at)) && !after.test(text.slice(at + part.length))) return true;
  }
  return false;
};

/**
 * Does the name of a credential file carry this computer's name? It decides whether a file may be the DPM server's own,
 * which must never be given to the attach script, so of a renamed file it rather says yes: a name that anywhere has the
 * FQDN, or the host's name as a word of its own, counts.
 */
export const carriesName = (fileName: string, computerName: string): boolean => {
  if (computerName === '') return false;
  const own = computerOfCredentialFile(fileName);
  if (own !== null && mayBeSameComputer(own, computerName)) return true;
  // A well-formed name of another computer is not a reason for doubt, even where it has the name as a DNS label.
  if (own !== null && nameForm(own) === 'fqdn' && /^[\p{L}\p{N}.-]+$/u.test(own)) return false;
  const text = fileName.toLowerCase();
  const wordBefore = /[\p{L}\p{N}.-]$/u;
  const wordAfter = /^[\p{L}\p{N}-]/u;
  return [computerName, hostLabel(computerName)].some((name) =>
    occurs(text, name.toLowerCase(), wordBefore, wordAfter),
  );
};
