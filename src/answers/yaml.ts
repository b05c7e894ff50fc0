import { isScalar, parseDocument, visit, type Document } from 'yaml';

/** Why a text cannot be read as YAML: one sentence without its end, and the line, from 1, where that is known. */
export class YamlProblem extends Error {
  readonly line: number | null;

  constructor(message: string, line: number | null) {
    super(message);
    this.line = line;
  }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The library compares every key of a mapping with every other one: with 50,000 keys that takes a minute. */
const refuseTwins = (document: Document, text: string): void => {
  visit(document, {
    Map: (_at, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key) || typeof key.value !== 'string') continue;
        if (seen.has(key.value)) {
          throw new YamlProblem(
            `the key "${key.value.slice(0, 60)}" appears twice`,
            key.range ? lineAt(text, key.range[0]) : null,
          );
        }
        seen.add(key.value);
      }
    },
  });
};

const deepest = 200;

/** Before the library builds something of every level: brackets that are open at the same time. */
const refuseDepth = (text: string): void => {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > deepest) throw new YamlProblem('it is nested too deeply', lineAt(text, index));
  }
};

const failsafe = {
  // Every scalar stays the text that was written, so that a thumbprint of digits is not a number.
  schema: 'failsafe',
  logLevel: 'error',
  // Done below, in a time that grows with the text and not with its square; so are the lines of errors.
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/**
 * YAML or JSON as plain lists, mappings and texts. Throws YamlProblem, also for what was made to hurt: aliases that
 * multiply, nesting deeper than the stack, the same key again.
 */
export const readYaml = (text: string): unknown => {
  refuseDepth(text);
  const document = parseDocument(text, failsafe);
  const [error] = document.errors;
  if (error) {
    const [first = ''] = error.message.split('\n', 1);
    throw new YamlProblem(
      first.includes('call stack') ? 'it is nested too deeply' : first,
      lineAt(text, error.pos[0]),
    );
  }
  refuseTwins(document, text);
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (failure) {
    const [first = ''] = (failure as Error).message.split('\n', 1);
    throw new YamlProblem(first, null);
  }
};
