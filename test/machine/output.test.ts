import { describe, expect, it } from 'vitest';
import { cleanLine, LastLines, LineSplitter } from '../../src/machine/output.js';

const split = (...chunks: readonly (string | Uint8Array)[]): readonly string[] => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
};

describe('LineSplitter', () => {
  it('ends lines at LF, CR LF and CR, also across chunks', () => {
    expect(split('a\nb\r\nc\rd\r', '\ne', 'f\n', 'prompt: ')).toEqual([
      'a',
      'b',
      'c',
      'd',
      'ef',
      'prompt: '.trimEnd(),
    ]);
  });

  it('keeps empty lines', () => {
    expect(split('a\n\nb\n')).toEqual(['a', '', 'b']);
  });

  it('decodes a character that two chunks share, and replaces invalid bytes', () => {
    const umlaut = Buffer.from('ü');
    expect(split(umlaut.subarray(0, 1), umlaut.subarray(1), Buffer.from([0x0a, 0xff, 0x0a]))).toEqual([
      'ü',
      '\ufffd',
    ]);
  });

  it('holds only the beginning of a line that never ends', () => {
    const chunk = 'x'.repeat(1_000_000);
    const lines = split(...Array.from({ length: 20 }, () => chunk));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(4_100);
    expect(lines[0]).toMatch(/x…$/);
  });
});

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
