import type { DistributionPointFacts } from '../facts.js';
import { children, encoded, isContext, latin1, sequence, Unreadable, type Node } from './asn1.js';
import { shownText } from './distinguished-name.js';

/**
 * The names in a DistributionPointName, as encoded: two points are the same where they share one (RFC 5280, 6.3.3 (b)
 * (2)). Null where the name is relative to that of the issuer, which no CA in use writes.
 */
export const pointNames = (name: Node): readonly Node[] | null => {
  const [choice] = children(name);
  if (choice === undefined) throw new Unreadable('a distribution point has an empty name');
  return isContext(choice, 0) ? children(choice) : null;
};

/** What two points are compared by. */
export const comparableNames = (names: readonly Node[] | null): readonly string[] =>
  names?.map((name) => encoded(name).toString('base64')) ?? [];

/** A DistributionPoint (RFC 5280, 4.2.1.13). Throws Unreadable. */
export const readDistributionPoint = (value: Node): DistributionPointFacts => {
  const parts = sequence(value);
  const name = parts.find((part) => isContext(part, 0));
  const names = name === undefined ? [] : pointNames(name);
  return {
    addresses: (names ?? [])
      .filter((each) => isContext(each, 6))
      .map((each) => shownText(latin1(each).trim())),
    names: comparableNames(names),
    someReasons: parts.some((part) => isContext(part, 1)),
    otherIssuer: parts.some((part) => isContext(part, 2)),
  };
};
