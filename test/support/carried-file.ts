import { expect, it } from 'vitest';
import type { CarriedFile } from '../../src/dpm/carried-file.js';

/** What holds for every file that is carried from computer to computer. */
export const itIsACarriedFile = <T>({ serialize, parse }: CarriedFile<T>, value: T): void => {
  const text = serialize(value);

  it('reads back what was written', () => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it('is refused with any one byte changed', () => {
    const bytes = Buffer.from(text);
    const accepted: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (const change of [0x01, 0x20, 0x80]) {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ change;
        if (parse(other.toString('utf8')).ok) accepted.push(at);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('is refused with a byte missing or added, and says so', () => {
    for (const other of [text.slice(0, -1), `${text} `, text.slice(1), text.slice(0, 100), '']) {
      expect(parse(other)).toEqual({
        ok: false,
        problem: expect.stringMatching(/changed|not complete|is not a .* of dpm-prep/) as string,
      });
    }
  });

  it('is refused when a newer version wrote it', () => {
    const newer = text.replace(/"schemaVersion": \d+/, '"schemaVersion": 99');
    expect(parse(newer)).toEqual({
      ok: false,
      problem: expect.stringContaining('newer dpm-prep') as string,
    });
  });

  it('is refused when it is a different file', () => {
    expect(parse('{"kind":"something else"}')).toEqual({
      ok: false,
      problem: expect.stringMatching(/is not a .* of dpm-prep/) as string,
    });
  });
};
