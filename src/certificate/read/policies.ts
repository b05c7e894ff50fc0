import type { PolicyConstraintsFacts } from '../facts.js';
import { content, isContext, oid, sequence, Unreadable, type Node } from './asn1.js';

/** More certificates than any chain has. */
const most = 1_000_000;

/** The policies of CertificatePolicies (RFC 5280, 4.2.1.4), and of Microsoft's application policies, which are written alike. */
export const readPolicies = (value: Node): readonly string[] => {
  const policies = sequence(value).map((each) => oid(sequence(each)[0]));
  if (policies.length === 0) throw new Unreadable('a list of policies is empty');
  return policies;
};

/** How many certificates may follow: an INTEGER under a context tag, or null where it is missing. */
const skipCount = (parts: readonly Node[], number: number): number | null => {
  const part = parts.find((each) => isContext(each, number));
  if (part === undefined) return null;
  const bytes = content(part);
  if (part.parts !== null || bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) {
    throw new Unreadable('a number of certificates is not readable');
  }
  return bytes.length > 3 ? most : bytes.readUIntBE(0, bytes.length);
};

/** PolicyConstraints (RFC 5280, 4.2.1.11). Throws Unreadable. */
export const readPolicyConstraints = (value: Node): PolicyConstraintsFacts => {
  const parts = sequence(value);
  if (parts.length === 0) throw new Unreadable('policy constraints are empty');
  return { requireExplicit: skipCount(parts, 0), inhibitMapping: skipCount(parts, 1) };
};
