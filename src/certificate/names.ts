import type { CertificateFacts, GeneralNameFacts, NameForm } from './facts.js';
import { partsOfName, partsOfOne } from './read/distinguished-name.js';

/*
 * Whether a name is in the name space of a name constraint (RFC 5280, 4.2.1.10). A host or a mail address may be
 * written as AD CS writes it: ".contoso.com" for what is below, "@contoso.com" for the mailboxes of one host.
 */

const inDomain = (host: string, domain: string): boolean => {
  if (domain === '') return true;
  if (domain.startsWith('.')) return host.endsWith(domain);
  return host === domain || host.endsWith(`.${domain}`);
};

/** One host, or what is below it where the constraint begins with a dot. */
const isHost = (host: string, constraint: string): boolean =>
  constraint === '' || (constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint);

const inMailSpace = (address: string, constraint: string): boolean => {
  const host = address.slice(address.lastIndexOf('@') + 1);
  if (constraint.startsWith('@')) return host === constraint.slice(1);
  return constraint.includes('@') ? address === constraint : isHost(host, constraint);
};

const withScheme = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/;

/** Null where the address has no host that could be compared. */
const hostOf = (uri: string): string | null => {
  const authority = withScheme.exec(uri)?.[2]?.split(/[/?#]/)[0];
  const host = authority?.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  // RFC 5280 compares host names only.
  return host === undefined || host === '' || /^(\d+\.){3}\d+$|^\[/.test(host) ? null : host;
};

const inUriSpace = (uri: string, constraint: string): boolean | null => {
  const host = hostOf(uri);
  if (host === null) return null;
  const parts = withScheme.exec(constraint);
  if (parts === null) return isHost(host, constraint);
  return uri.startsWith(`${parts[1] ?? ''}:`) && isHost(host, (parts[2] ?? '').replace(/\/$/, ''));
};

const inNetwork = (address: string, constraint: string): boolean => {
  // A constraint is an address and a mask of the same length, both in hexadecimal.
  if (constraint.length !== address.length * 2) return false;
  const [bytes, network, mask] = [
    address,
    constraint.slice(0, address.length),
    constraint.slice(address.length),
  ].map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer, Buffer];
  return bytes.every((byte, at) => ((byte ^ (network[at] ?? 0)) & (mask[at] ?? 0)) === 0);
};

const inDirectory = (name: string, constraint: string): boolean =>
  constraint === '' || name === constraint || name.startsWith(`${constraint}${partsOfName}`);

/** Null: the name has a form that cannot be compared, so that it counts as neither permitted nor harmless. */
const isWithin = (form: NameForm, name: string, constraint: string): boolean | null => {
  switch (form) {
    case 'dns':
      return inDomain(name, constraint);
    case 'email':
    case 'upn':
      return inMailSpace(name, constraint);
    case 'uri':
      return inUriSpace(name, constraint);
    case 'ip':
      return inNetwork(name, constraint);
    case 'directory':
      return inDirectory(name, constraint);
    case 'other':
      return null;
  }
};

export const isPermitted = (name: GeneralNameFacts, permitted: readonly GeneralNameFacts[]): boolean => {
  const same = permitted.filter(({ form }) => form === name.form);
  return (
    same.length === 0 || same.some((each) => isWithin(name.form, name.comparable, each.comparable) === true)
  );
};

/** A wildcard stands for every name of its domain, so that it is excluded as soon as one of those is. */
const wildcardCovers = (name: string, constraint: string): boolean =>
  name.startsWith('*.') && inDomain(constraint.replace(/^\./, ''), name.slice(2));

export const isExcluded = (name: GeneralNameFacts, excluded: readonly GeneralNameFacts[]): boolean =>
  excluded.some(
    (each) =>
      each.form === name.form &&
      (isWithin(name.form, name.comparable, each.comparable) !== false ||
        (name.form === 'dns' && wildcardCovers(name.comparable, each.comparable))),
  );

const between = new RegExp(`[${partsOfName}${partsOfOne}]`);
const emailAttribute = '1.2.840.113549.1.9.1=';

/**
 * Every name of a certificate that constraints are compared with: the subject, the alternative names, and the e-mail
 * address and host names of the subject where there is no alternative name of that form.
 */
export const namesOf = (certificate: CertificateFacts): readonly GeneralNameFacts[] => {
  const { subject, alternativeNames } = certificate;
  const names: GeneralNameFacts[] = [...alternativeNames];
  if (subject.comparable !== '') {
    names.push({ form: 'directory', text: subject.text, comparable: subject.comparable });
  }
  const lacks = (form: NameForm): boolean => !alternativeNames.some((name) => name.form === form);
  if (lacks('email')) {
    for (const part of subject.comparable.split(between)) {
      if (!part.startsWith(emailAttribute)) continue;
      const address = part.slice(emailAttribute.length);
      names.push({ form: 'email', text: address, comparable: address });
    }
  }
  if (lacks('dns') && certificate.basicConstraints?.ca !== true) {
    for (const name of subject.commonNames) {
      if (/^[A-Za-z0-9_*-]+(\.[A-Za-z0-9_-]+)*\.?$/.test(name)) {
        names.push({ form: 'dns', text: name, comparable: name.toLowerCase().replace(/\.$/, '') });
      }
    }
  }
  return names;
};
