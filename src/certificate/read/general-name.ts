import type { GeneralNameFacts, NameForm } from '../facts.js';
import {
  children,
  content,
  isContext,
  isUniversal,
  latin1,
  oid,
  sequence,
  types,
  Unreadable,
} from './asn1.js';
import type { Node } from './asn1.js';
import { readName, readString, shownText } from './distinguished-name.js';

/** Microsoft's user principal name: the only other name that Windows compares with name constraints. */
const userPrincipalName = '1.3.6.1.4.1.311.20.2.3';

const tags = {
  other: 0,
  email: 1,
  dns: 2,
  x400: 3,
  directory: 4,
  ediParty: 5,
  uri: 6,
  ip: 7,
  registeredId: 8,
};

const fact = (form: NameForm, text: string, comparable = text): GeneralNameFacts => ({
  form,
  text: shownText(text),
  comparable,
});

const ascii = (name: Node): string => {
  if (name.parts !== null) throw new Unreadable('a name is not a simple text');
  const text = latin1(name);
  // IA5String has control characters too, but no name has: a NUL ends it for some programs and not for others.
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Unreadable('a name has characters that names do not have');
  return text;
};

const ipText = (bytes: Buffer): string =>
  bytes.length === 4
    ? bytes.join('.')
    : (bytes.toString('hex').match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');

/** `lengths`: how many bytes an address may have. A constraint has an address and a mask of the same length. */
const readIp = (name: Node, lengths: readonly number[]): GeneralNameFacts => {
  const bytes = content(name);
  if (name.parts !== null || !lengths.includes(bytes.length)) {
    throw new Unreadable('an IP address has a wrong length');
  }
  const hex = bytes.toString('hex');
  if (bytes.length === 4 || bytes.length === 16) return fact('ip', ipText(bytes), hex);
  const half = bytes.length / 2;
  return fact('ip', `${ipText(bytes.subarray(0, half))}/${ipText(bytes.subarray(half))}`, hex);
};

const readOther = (name: Node): GeneralNameFacts => {
  const [id, value] = children(name);
  const type = oid(id);
  if (value === undefined || !isContext(value, 0)) throw new Unreadable('another name has no value');
  if (type !== userPrincipalName) return fact('other', `another name (${type})`);
  const [text] = children(value);
  if (text === undefined || !isUniversal(text, types.utf8String)) {
    throw new Unreadable('a user principal name is not UTF-8');
  }
  const read = readString(text);
  return fact('upn', read, read.toLowerCase());
};

/**
 * A GeneralName (RFC 5280, 4.2.1.6). `constraint`: it comes from a name constraint, where an IP address has a mask.
 * Throws Unreadable.
 */
export const readGeneralName = (name: Node, constraint = false): GeneralNameFacts => {
  if (isContext(name, tags.dns)) {
    const text = ascii(name);
    return fact('dns', text, text.toLowerCase().replace(/\.$/, ''));
  }
  if (isContext(name, tags.email)) {
    const text = ascii(name);
    return fact('email', text, text.toLowerCase());
  }
  if (isContext(name, tags.uri)) {
    const text = ascii(name);
    return fact('uri', text, text.toLowerCase());
  }
  if (isContext(name, tags.ip)) return readIp(name, constraint ? [8, 32] : [4, 16]);
  if (isContext(name, tags.directory)) {
    const { text, comparable } = readName(children(name)[0]);
    return { form: 'directory', text, comparable };
  }
  if (isContext(name, tags.other)) return readOther(name);
  if (isContext(name, tags.x400)) return fact('other', 'an X.400 address');
  if (isContext(name, tags.ediParty)) return fact('other', 'an EDI party name');
  if (isContext(name, tags.registeredId)) return fact('other', 'a registered id');
  throw new Unreadable('a name is of an unknown form');
};

/** GeneralNames: at least one. Throws Unreadable. */
export const readGeneralNames = (value: Node): readonly GeneralNameFacts[] => {
  const names = sequence(value);
  if (names.length === 0) throw new Unreadable('a list of names is empty');
  return names.map((name) => readGeneralName(name));
};
