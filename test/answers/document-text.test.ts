import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentText, EncodingProblem } from '../../src/answers/document-text.js';

const text = 'dpmServerName: Server01\r\nuserName: müller\r\n';

describe('the text of a small file', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 big-endian', Buffer.from(text, 'utf16le').swap16()],
    ['UTF-16 big-endian with a mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(text, 'latin1')],
  ])('is read in %s', (_name, bytes) => {
    expect(documentText(bytes, { guess: true })).toBe(text);
  });

  it('is not guessed where a guess would be another password', () => {
    expect(() => documentText(Buffer.from('sécret', 'latin1'), { guess: false })).toThrow(EncodingProblem);
    expect(() => documentText(Buffer.from('a\u0000b'), { guess: false })).toThrow('not a text file');
    expect(() => documentText(Buffer.from('a\u0000bc'), { guess: false })).toThrow('not a text file');
    expect(documentText(Buffer.from('sécret', 'utf16le'), { guess: false })).toBe('sécret');
  });

  it('says where a letter is not clear', () => {
    let problem: unknown;
    try {
      documentText(Buffer.from('a: b\nname: \xb3ukasz\n', 'latin1'), { guess: true });
    } catch (error) {
      problem = error;
    }
    expect(problem).toMatchObject({ line: 2, column: 7 });
  });

  it('comes back as it was written, from every encoding that has a mark, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (any) => {
        fc.pre(!any.includes('\ufffd') && !any.startsWith('\ufeff'));
        for (const bytes of [
          Buffer.from(`\ufeff${any}`),
          Buffer.from(`\ufeff${any}`, 'utf16le'),
          Buffer.from(`\ufeff${any}`, 'utf16le').swap16(),
        ]) {
          // A text with a zero in it is not text.
          if (any.includes('\u0000')) continue;
          expect(documentText(bytes, { guess: true })).toBe(any);
        }
      }),
    );
  });

  it('never gives a replacement character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, guess) => {
        try {
          expect(documentText(Buffer.from(bytes), { guess })).not.toContain('\ufffd');
        } catch (error) {
          expect(error).toBeInstanceOf(EncodingProblem);
        }
      }),
    );
  });
});
