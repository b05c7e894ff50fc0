/** A parsed value, or a sentence that says what is wrong with the text and what would be right. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const no = (problem: string): Parsed<never> => ({ ok: false, problem });

export type NameForm = 'netbios' | 'fqdn';

/** A computer's name as it was given, with the form it is in. The same form must be used everywhere. */
export interface ComputerName {
  readonly text: string;
  readonly form: NameForm;
}

const label = /^(?!-)[\p{L}\p{N}_-]{1,63}(?<!-)$/u;
// Microsoft's list of characters that a NetBIOS computer name cannot have, and control characters and spaces.
// eslint-disable-next-line no-control-regex
const forbiddenInNetbios = /[\\/:*?"<>|.,;=+[\]&~!@#$%^'(){}\s\u0000-\u001f\p{Cf}\u007f-\u009f]/u;

/** As it was typed: a doubled backslash would be another name. Control characters are removed where it is shown. */
const quote = (text: string): string => `"${text.length > 80 ? `${text.slice(0, 77)}…` : text}"`;

/** A NetBIOS name: at most 15 characters, none of the forbidden ones, not only digits. */
export const parseNetbiosName = (text: string): Parsed<ComputerName> => {
  if (text === '') return no('The name is empty.');
  if (text.length > 15) {
    return no(`${quote(text)} has ${String(text.length)} characters; a NetBIOS name has at most 15.`);
  }
  const bad = forbiddenInNetbios.exec(text);
  if (bad) return no(`${quote(text)} contains ${quote(bad[0])}, which a NetBIOS name cannot have.`);
  if (/^\d+$/.test(text)) return no(`${quote(text)} is only digits; a NetBIOS name needs a letter.`);
  if (text.startsWith('-') || text.endsWith('-')) {
    return no(`${quote(text)} starts or ends with a hyphen. Remove it.`);
  }
  return ok({ text, form: 'netbios' });
};

/** A DNS suffix, such as widgets.corp.com: two labels or more. */
export const parseDnsSuffix = (text: string): Parsed<string> => {
  const name = text.startsWith('.') ? text.slice(1) : text;
  if (name === '') return no('The DNS suffix is empty.');
  if (name.length > 255)
    return no(`The DNS suffix has ${String(name.length)} characters; at most 255 are allowed.`);
  const labels = name.split('.');
  const bad = labels.find((part) => !label.test(part));
  if (bad !== undefined) {
    return no(
      bad === ''
        ? `${quote(text)} has an empty part between two dots.`
        : `${quote(bad)} in ${quote(text)} is not a DNS label (letters, digits and hyphens, at most 63).`,
    );
  }
  return ok(name);
};

/** A fully qualified domain name, such as Server01.corp.contoso.com. */
export const parseFqdn = (text: string): Parsed<ComputerName> => {
  if (text === '') return no('The name is empty.');
  if (text.endsWith('.')) return no(`${quote(text)} ends with a dot. Remove it.`);
  if (!text.includes('.'))
    return no(`${quote(text)} has no dot; a fully qualified name is like Server01.corp.contoso.com.`);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    return no(`${quote(text)} is an IP address; DPM identifies computers by name.`);
  }
  const suffix = parseDnsSuffix(text);
  if (!suffix.ok) return no(suffix.problem.replace('The DNS suffix', 'The name'));
  return ok({ text, form: 'fqdn' });
};

/**
 * A computer name in either form: with a dot it is judged as an FQDN, without as a NetBIOS name.
 * Source: Microsoft's page, "Install and configure the agent", -DpmServerName.
 */
export const parseComputerName = (text: string): Parsed<ComputerName> => {
  const name = text.trim();
  if (name.includes('\\') || name.includes('@')) {
    return no(`${quote(name)} looks like an account. Give only the name of the computer.`);
  }
  return name.includes('.') ? parseFqdn(name) : parseNetbiosName(name);
};

/**
 * The local account's name for NTLM authentication: no domain or machine prefix (32701, inferred), at most 20
 * characters and none of those that Windows forbids in account names.
 */
export const parseUserName = (text: string): Parsed<string> => {
  const name = text.trim();
  if (name === '') return no('The user name is empty.');
  if (name.includes('\\')) {
    return no(
      `${quote(name)} has a domain or computer prefix. Give only the name of the local account, such as mark.`,
    );
  }
  if (name.includes('@')) {
    return no(
      `${quote(name)} is a domain account, but SetDpmServer creates a local one. Give only its name, such as mark.`,
    );
  }
  if (name.startsWith('-')) {
    return no(`${quote(name)} begins with a hyphen; SetDpmServer would take it for a switch.`);
  }
  if (name.length > 20) {
    return no(`${quote(name)} has ${String(name.length)} characters; a local account's name has at most 20.`);
  }
  // eslint-disable-next-line no-control-regex
  const bad = /["/[\]:;|=,+*?<>\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd\p{Cf}]/u.exec(name);
  if (bad) return no(`${quote(name)} contains ${quote(bad[0])}, which an account name cannot have.`);
  if (/^[. ]+$/.test(name) || name.endsWith('.')) {
    return no(
      `${quote(name)} has only dots and spaces, or ends with a dot. An account name cannot have this form.`,
    );
  }
  return ok(name);
};

/** The first label: what the NetBIOS name of the computer usually is. */
export const hostLabel = (name: string): string => name.split('.', 1)[0] ?? name;

export const nameForm = (name: string): NameForm => (name.includes('.') ? 'fqdn' : 'netbios');

/** The same name in the same form; Windows names do not know case. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * True where two names can be the same computer: equal, or one is a NetBIOS name and the other an FQDN that
 * begins with it.
 */
export const mayBeSameComputer = (a: string, b: string): boolean => {
  if (nameForm(a) === nameForm(b)) return sameName(a, b);
  const netbios = nameForm(a) === 'netbios' ? a : b;
  const fqdn = nameForm(a) === 'netbios' ? b : a;
  return sameName(netbios, hostLabel(fqdn)) || sameName(netbios, hostLabel(fqdn).slice(0, 15));
};
