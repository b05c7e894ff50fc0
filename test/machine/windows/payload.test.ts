import { describe, expect, it } from 'vitest';
import { MarkedLines, markedLine, request, type MarkedLine } from '../../../src/machine/windows/payload.js';
import { Secret } from '../../../src/secret.js';

const decoded = (line: string): unknown => JSON.parse(Buffer.from(line, 'base64').toString('utf8'));
const marked = (nonce: string, kind: string, text: string): string =>
  `${nonce}${kind}${Buffer.from(text).toString('base64')}.`;

describe('the request', () => {
  it('is one line of base64 that holds everything verbatim', () => {
    const input = { a: "O'Brien \u201cquoted\u201d\r\n`$(calc) ü 日本 \u0000 \\", list: [1, true, null] };
    const { line, nonce } = request(input, new Secret('pässwörd'));
    expect(line).toMatch(/^[A-Za-z0-9+/=]+$/);
    expect(decoded(line)).toEqual({ nonce, input, password: 'pässwörd' });
  });

  it('has another nonce every time, and no password where none is given', () => {
    const first = request({});
    expect(first.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(request({}).nonce).not.toBe(first.nonce);
    expect(decoded(first.line)).not.toHaveProperty('password');
  });
});

describe('the answer', () => {
  const nonce = 'a'.repeat(32);

  it('knows its own lines', () => {
    expect(markedLine(nonce, marked(nonce, 'R', '{"ü":1}'))).toEqual({ kind: 'result', json: '{"ü":1}' });
    expect(markedLine(nonce, marked(nonce, 'L', 'Jürgen'))).toEqual({ kind: 'line', text: 'Jürgen' });
  });

  it.each([
    ['another nonce', marked('b'.repeat(32), 'R', '{}')],
    ['no end', `${nonce}Re30=`],
    ['another kind', marked(nonce, 'X', '{}')],
    ['no base64', `${nonce}R{"ok":true}.`],
  ])('takes nothing with %s', (_, line) => {
    expect(markedLine(nonce, line)).toBeNull();
  });

  it('is found between the output of a tool, however the pipe cuts it', () => {
    const text = Buffer.from(
      `tool says\n${marked(nonce, 'L', 'x')}\r\n\n${marked(nonce, 'R', '{}')}\r\nno end`,
    );
    for (const size of [1, 7, 33, text.length]) {
      const found: MarkedLine[] = [];
      const rest: Buffer[] = [];
      const lines = new MarkedLines(
        nonce,
        (line) => found.push(line),
        (bytes) => rest.push(bytes),
      );
      for (let at = 0; at < text.length; at += size) lines.push(text.subarray(at, at + size));
      lines.end();
      expect(found).toEqual([
        { kind: 'line', text: 'x' },
        { kind: 'result', json: '{}' },
      ]);
      expect(Buffer.concat(rest).toString()).toBe('tool says\n\nno end');
    }
  });

  it('keeps nothing of a line that cannot be one', () => {
    const rest: number[] = [];
    const lines = new MarkedLines(
      nonce,
      () => undefined,
      (bytes) => rest.push(bytes.length),
    );
    lines.push(Buffer.from(`${nonce.slice(0, 10)}x`));
    expect(rest).toEqual([11]);
    lines.push(Buffer.from('no end'));
    expect(rest).toEqual([11, 6]);
    lines.push(Buffer.from(`\n${nonce}`));
    expect(rest).toEqual([11, 6, 1]);
    lines.end();
    expect(rest).toEqual([11, 6, 1, 32]);
  });
});
