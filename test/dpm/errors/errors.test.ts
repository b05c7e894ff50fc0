import { describe, expect, it } from 'vitest';
import { dpmErrors, findDpmError, normalErrorId } from '../../../src/dpm/errors/index.js';

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Every id that the collected facts about the procedure name. */
const needed: readonly (number | string)[] = [
  ...[30, 41, 42, 48, 238, 270, 290, 292, 295, 296, 297, 300, 302, 303, 306, 307, 308, 310, 313, 316, 319],
  ...[324, 325, 330, 337, 340, 341, 342, 343, 344, 347, 372, 400],
  ...[43, 52, 60, 104, 311, 320, 323, 326, 346, 348, 369, 405],
  ...range(32680, 32701),
  33212,
  ...range(33229, 33237),
  ...[33243, 33244],
  ...range(33300, 33304),
  ...range(33323, 33326),
  ...[31008, 7024, 10016, 10036, 10037, 10038, 10048, 3010, 1641, 1603],
  ...['0x80004005', '0x80070005', '0x800706BA', '0x2740'],
  ...['0x80070056', '0x80070079', '0x80070643', '0x80070721', '0x80072746', '0x8007274D'],
  ...['0x80090014', '0x80090016', '0x80090322', '0x80092004', '0x80092012', '0x80092013'],
  ...['0x800B0101', '0x800B0109'],
];

describe('the table of errors', () => {
  it.each(needed.map(String))('knows %s, says what it means and what to do', (id) => {
    const error = findDpmError(id);
    expect(error?.id).toBe(id);
    expect(error?.name.length).toBeGreaterThan(3);
    expect(error?.meaning).toMatch(/\.$/);
    expect(error?.fix.length).toBeGreaterThan(0);
    expect(error?.source.where.length).toBeGreaterThan(5);
  });

  it('has each id once, and nothing that is not asked for here', () => {
    const ids = dpmErrors.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(needed.map(String).sort());
  });

  it('names only commands of dpm-prep', () => {
    for (const { command } of dpmErrors) if (command !== null) expect(command).toMatch(/^dpm-prep [a-z-]+$/);
  });

  it('does not pass a conclusion off as documented: of these ids only the name is published', () => {
    for (const id of [...range(32692, 32701), 33212])
      expect(findDpmError(id)?.source.confidence).toBe('inferred');
  });

  it('knows an HRESULT in every way of writing it', () => {
    for (const text of ['0x800706ba', '0X800706BA', '-2147023174', '2147944122', ' 0x800706BA '])
      expect(findDpmError(text)?.id).toBe('0x800706BA');
    expect(findDpmError('0x00002740')?.id).toBe('0x2740');
    expect(findDpmError('0033234')?.id).toBe('33234');
    for (const text of ['', 'x', '1e3', '33 234', '0x', '99999999999', '12345'])
      expect(findDpmError(text)).toBeNull();
    expect(normalErrorId('0x0')).toBe('0x0');
  });
});
