import type { GeneralNameFacts, NameConstraintsFacts } from '../facts.js';
import { children, content, isContext, sequence, Unreadable, type Node } from './asn1.js';
import { readGeneralName } from './general-name.js';

/** Bounds are INTEGERs under a context tag. */
const isZero = (bound: Node): boolean => content(bound).every((byte) => byte === 0);

const readSubtrees = (list: Node, unsupported: Set<string>): readonly GeneralNameFacts[] => {
  const subtrees = children(list);
  if (subtrees.length === 0) throw new Unreadable('a list of subtrees is empty');
  return subtrees.flatMap((subtree) => {
    const [base, ...bounds] = sequence(subtree);
    if (base === undefined) throw new Unreadable('a subtree has no name');
    for (const bound of bounds) {
      if (isContext(bound, 1)) unsupported.add('a maximum');
      else if (!isContext(bound, 0)) throw new Unreadable('a subtree has an unknown part');
      else if (!isZero(bound)) unsupported.add('a minimum other than 0');
    }
    const name = readGeneralName(base, true);
    if (name.form !== 'other') return [name];
    unsupported.add(name.text);
    return [];
  });
};

/** NameConstraints (RFC 5280, 4.2.1.10). Throws Unreadable. */
export const readNameConstraints = (value: Node): NameConstraintsFacts => {
  const parts = sequence(value);
  const unsupported = new Set<string>();
  let permitted: readonly GeneralNameFacts[] = [];
  let excluded: readonly GeneralNameFacts[] = [];
  for (const part of parts) {
    if (isContext(part, 0)) permitted = readSubtrees(part, unsupported);
    else if (isContext(part, 1)) excluded = readSubtrees(part, unsupported);
    else throw new Unreadable('name constraints have an unknown part');
  }
  if (parts.length === 0) throw new Unreadable('name constraints are empty');
  return { permitted, excluded, unsupported: [...unsupported] };
};
