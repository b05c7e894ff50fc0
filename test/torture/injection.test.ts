import { describe, expect, it } from 'vitest';
import { judgeValue } from '../../src/answers/gather.js';
import { parameterKeys, parameterOf } from '../../src/answers/parameters.js';
import { runProcess } from '../../src/machine/process.js';
import { figure, randomFor, times, type Random } from './support/figure.js';

const pieces = [
  ...[
    '"',
    "'",
    '`',
    '“',
    '”',
    '‘',
    '’',
    '„',
    '«',
    '$(id)',
    '${x}',
    '`id`',
    ';',
    '&',
    '&&',
    '|',
    '||',
    '>',
    '<',
    '^',
  ],
  ...['\n', '\r\n', '\0', '\t', '\u001b[31m', '\u0085', '\u2028', '\u202e', '\u200f', '\ufeff', '\ud800'],
  ...[
    '%',
    '%PATH%',
    '!x!',
    '\\',
    '\\\\',
    'C:\\x\\',
    '\\"',
    '"\\',
    '-',
    '--',
    '/',
    '/q',
    '-UpdatePassword',
    '@file',
    '@(',
  ],
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '*',
    '?',
    '~',
    '#',
    ' ',
    '  ',
    '.',
    '..',
    '../',
    'a',
    'Server01',
    'ü',
    '😀',
    '0',
    "'; x '",
  ],
  'x'.repeat(200),
  'y'.repeat(5_000),
];

const hostile = (random: Random): string =>
  Array.from({ length: 1 + random.whole(6) }, () => random.pick(pieces)).join('');

/** The text that a step would hand to a tool. */
const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === 'object' && value !== null && 'text' in value) return textsOf(value.text);
  return [];
};

const named = new Set([
  'dpmServerName',
  'psName',
  'userName',
  'productionServerDnsSuffix',
  'thumbprint',
  'authCaThumbprint',
]);
// eslint-disable-next-line no-control-regex -- what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/u;

const echo = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';

describe('5 injection', () => {
  it('a hostile value is refused by its schema or received verbatim by the child', async () => {
    const count = times(2_000, 400);
    const random = randomFor('injection');
    const keys = parameterKeys.filter((key) => parameterOf(key).value !== undefined);
    let refused = 0;
    const accepted: string[] = [];
    const switches: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const value = hostile(random);
      for (const key of keys) {
        const judged = judgeValue(key, parameterOf(key).many ? [value] : value);
        if (!judged.ok) {
          refused += 1;
          continue;
        }
        const texts = textsOf(judged.value);
        accepted.push(...texts);
        for (const text of texts) {
          expect(control.test(text), `${key} took ${JSON.stringify(text)}`).toBe(false);
          if (named.has(key) && /^[-/]/.test(text)) switches.push(`${key}: ${text}`);
        }
      }
    }
    expect(switches).toEqual([]);
    const unlike: string[] = [];
    const values = [...new Set(accepted)];
    for (let from = 0; from < values.length; from += 200) {
      // A lone surrogate is not text: no argument and no file can carry it.
      const some = values
        .slice(from, from + 200)
        .filter(
          (text) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text),
        );
      const outcome = await runProcess({
        path: process.execPath,
        arguments: ['-e', echo, '--', ...some],
        input: { kind: 'none' },
        maxOutputBytes: 16_000_000,
      });
      const got = JSON.parse(outcome.stdout.toString()) as readonly string[];
      some.forEach((text, index) => {
        if (got[index] !== text) unlike.push(text);
      });
    }
    expect(unlike).toEqual([]);
    figure(
      '5',
      `Injection: ${String(count)} hostile values through ${String(keys.length)} parameters: ${String(refused)} refused by the schema, ${String(accepted.length)} accepted (${String(values.length)} different) and received verbatim by a child, unlike 0, taken for a switch 0`,
    );
  });
});
