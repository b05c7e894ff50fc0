import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Explainer, explainText } from '../../src/dpm/explain.js';

const ids = (text: string): readonly string[] => explainText(text).seen.map(({ error }) => error.id);

describe('ids in free text', () => {
  it.each([
    ['DPM failed with error 30', ['30']],
    ['Error ID 48.', ['48']],
    ['ID 30 Details: …', ['30']],
    ['The certificate was refused (ID: 33234)', ['33234']],
    ['<ErrorInfo ErrorCode="270" DetailedCode="-2147023174" DetailedSource="2">', ['270', '0x800706BA']],
    ['something 33231 something', ['33231']],
    ['33231', ['33231']],
    ['failed: 0x80070005', ['0x80070005']],
    ['failed: 0x800706ba, then HRESULT=0X80004005.', ['0x800706BA', '0x80004005']],
    ['errors 270, 308 and 316 were seen', ['270', '308', '316']],
    ['Data Protection Manager Error ID: 296', ['296']],
    ['Fehler 319', ['319']],
    ['DPM ID: 32689', ['32689']],
    ['Event ID: 10016, source DCOM', ['10016']],
    ['event 7024: the DPMRA service terminated with 10048', ['7024', '10048']],
    ['the installer ended with exit code 3010', ['3010']],
    ['Fehler: (ID: 32680)\u0000', ['32680']],
  ])('%s', (text, expected) => {
    expect(ids(text)).toEqual(expected);
  });

  it.each([
    'copied 30 files in 41 seconds',
    '30',
    'process id 316, thread ID 42, PID 308',
    'Process ID: 33234',
    'listening on port 33234',
    'wrote 33234 bytes',
    'took 33231 ms',
    '2024-11-30 12:48:42.316 server 10.0.0.30 version 5.0.313.0',
    '{33234000-33234-33234}',
    'C:\\33234\\x and /33234/y',
    'abc33234 33234abc 33234-1 a-33234 332340',
    '1,33234 33234.5',
    'exit code 30',
    'Event ID: 42',
    'product code 303',
    'an ordinary 0x1234 and -5',
  ])('is not taken in by: %s', (text) => {
    expect(ids(text)).toEqual([]);
  });

  it('sums up: how often, first and last line, the most frequent first', () => {
    const { seen, lines } = explainText('a\nerror 41\r\n(ID: 33234)\nb\n(ID: 33234) and error 33234\n');
    expect(lines).toBe(6);
    expect(seen.map(({ error: { id }, ...rest }) => ({ id, ...rest }))).toEqual([
      { id: '33234', count: 3, firstLine: 3, lastLine: 5 },
      { id: '41', count: 1, firstLine: 2, lastLine: 2 },
    ]);
  });

  it('names what the text calls an error and the table does not have', () => {
    const { seen, unknown } = explainText('error 998 error 998 (ID: 33999) 12345 error 0x80131500');
    expect(seen).toEqual([]);
    expect(unknown).toEqual([
      { id: '998', count: 2 },
      { id: '33999', count: 1 },
      { id: '0x80131500', count: 1 },
    ]);
    const many = Array.from({ length: 500 }, (_, index) => `error ${String(50_000 + index)}`).join('\n');
    expect(explainText(many).unknown).toHaveLength(20);
  });

  it('reads only so much of a line', () => {
    const { seen, cut } = explainText(`${'x '.repeat(3_000)}error 30`);
    expect(seen).toEqual([]);
    expect(cut).toBe(true);
    expect(explainText('error 30').cut).toBe(false);
  });

  it('works line by line as on a whole text', () => {
    const explainer = new Explainer();
    expect(explainer.line('error 30')).toBe(true);
    expect(explainer.line('error 30')).toBe(true);
    expect(explainer.result()).toEqual(explainText('error 30\nerror 30'));
  });

  it('never throws, whatever the text is', () => {
    const pieces = fc.constantFrom(
      'error',
      ' ',
      '(',
      'ID:',
      '33234',
      '0x80070005',
      '-',
      '9'.repeat(40),
      '\u0000',
      'é',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (parts) => {
        const { seen } = explainText(parts.join(''));
        for (const { count, firstLine, lastLine } of seen) {
          expect(count).toBeGreaterThan(0);
          expect(lastLine).toBeGreaterThanOrEqual(firstLine);
        }
      }),
    );
  });

  it('hostile lines take no more time than others of their length', () => {
    for (const unit of ['error ', '(((((', '0x', '-', '1', 'aé', 'id id ', '33234,', ' ']) {
      const text = unit.repeat(4_096);
      const lines = Array.from({ length: 50 }, () => text);
      const began = process.cpuUsage();
      explainText(lines.join('\n'));
      const { user } = process.cpuUsage(began);
      expect(user, JSON.stringify(unit)).toBeLessThan(5_000_000);
    }
  });
});
