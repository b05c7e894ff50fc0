import { expect, it } from 'vitest';
import { durationText } from '../../src/dpm/duration.js';

it.each([
  [1_000, '1 second'],
  [90_000, '90 seconds'],
  [1_800_000, '30 minutes'],
  [7_200_000, '2 hours'],
  [86_400_000, '1 day'],
])('writes %i milliseconds as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
