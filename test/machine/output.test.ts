import { describe, expect, it } from 'vitest';
import { cleanLine, LastLines } from '../../src/machine/output.js';

describe('cleanLine', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title that a terminal would take', '\u001b]0;owned\u0007text', 'text'],
    ['a link', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['the eight-bit forms', '\u009b2Jtext', 'text'],
    ['NUL of UTF-16 taken for UTF-8', 'a\u0000b\u0000', 'ab'],
    ['a tab', 'a\tb', 'a b'],
  ])('takes out %s', (_what, text, clean) => {
    expect(cleanLine(text)).toBe(clean);
  });

  it.each(['\u0007', '\u0008', '\u001b', '\u202e', '\u200e'])('makes %j visible', (character) => {
    expect(cleanLine(`a${character}`)).toMatch(/^a\\u[0-9a-f]{4}$/);
  });
});

describe('LastLines', () => {
  it('keeps the last ones', () => {
    const last = new LastLines(3);
    for (let n = 1; n <= 50; n += 1) last.add(String(n));
    expect(last.lines).toEqual(['48', '49', '50']);
  });
});
