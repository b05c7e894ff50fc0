import { expect, test } from 'vitest';
import { exportable } from '../../../src/certificate/rules/exportable.js';
import { aCase, aKey } from '../support/a-case.js';

const inUserStore = (exportableKey: boolean | null, present = true) =>
  exportable.run(
    aCase({
      origin: { kind: 'store', store: 'CurrentUser\\My' },
      key: aKey({ exportable: exportableKey, present }),
    }),
  );

test('it matters only where the certificate has yet to move', () => {
  expect(exportable.run(aCase()).status).toBe('not-applicable');
  const origin = { kind: 'store', store: 'LocalMachine\\My' } as const;
  expect(exportable.run(aCase({ origin, key: aKey({ exportable: false }) })).status).toBe('not-applicable');
});

test("in a user's store the key must be exportable", () => {
  expect(inUserStore(true).status).toBe('pass');
  expect(inUserStore(false).status).toBe('fail');
  expect(inUserStore(null).status).toBe('could-not-check');
  expect(inUserStore(null, false).status).toBe('could-not-check');
});
