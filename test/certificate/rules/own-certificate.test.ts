import { expect, test } from 'vitest';
import { ownCertificate } from '../../../src/certificate/rules/own-certificate.js';
import { aCase } from '../support/a-case.js';

test('no other one passes', () => {
  expect(ownCertificate.run(aCase()).status).toBe('pass');
});

test.each(['certificate', 'key'] as const)('the same %s elsewhere fails and names the place', (same) => {
  const verdict = ownCertificate.run({ twins: [{ name: 'hr.pfx', same }] });
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain(`hr.pfx has the same ${same}`);
});

test('of many only a few are named', () => {
  const twins = Array.from({ length: 9 }, (_, index) => ({ name: `${index}.pem`, same: 'key' as const }));
  expect(ownCertificate.run({ twins }).found).toMatch(/4\.pem has the same key, and more\.$/);
});
