import { describe, expect, it } from 'vitest';
import { byCodeUnits } from '../src/order.js';

describe('the order of texts', () => {
  it('is that of their code units', () => {
    expect(['b', 'a', 'B', '', 'a', 'é'].toSorted(byCodeUnits)).toEqual(['', 'B', 'a', 'a', 'b', 'é']);
    expect(byCodeUnits('a', 'a')).toBe(0);
  });
});
