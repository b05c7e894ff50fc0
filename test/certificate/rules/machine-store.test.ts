import { expect, test } from 'vitest';
import { machineStore } from '../../../src/certificate/rules/machine-store.js';
import { aCase } from '../support/a-case.js';

const judge = (store: 'LocalMachine\\My' | 'CurrentUser\\My') =>
  machineStore.run(aCase({ origin: { kind: 'store', store } }));

test('a file has no store', () => {
  expect(machineStore.run(aCase()).status).toBe('not-applicable');
});

test("the computer's store passes, that of a user fails and says how to move it", () => {
  expect(judge('LocalMachine\\My').status).toBe('pass');
  const verdict = judge('CurrentUser\\My');
  expect(verdict.status).toBe('fail');
  expect(verdict.fix?.join(' ')).toContain('certlm.msc');
});
