import { expect, test } from 'vitest';
import { criticalExtensions } from '../../../src/certificate/rules/critical-extensions.js';
import { aCase, authorityFacts, leaf, link, rootFacts } from '../support/a-case.js';

const judge = (own: readonly string[], ca: readonly string[] = []) =>
  criticalExtensions.run(
    aCase({
      chain: {
        ...aCase().chain,
        links: [
          link(leaf({ critical: own })),
          link(authorityFacts({ critical: ca })),
          link(rootFacts({ critical: ['2.5.29.15', '2.5.29.19'] })),
        ],
      },
    }),
  );

test('critical extensions that Windows evaluates pass', () => {
  expect(judge([]).status).toBe('pass');
  expect(judge(['2.5.29.37', '2.5.29.17'], ['2.5.29.30', '2.5.29.36', '2.5.29.32']).status).toBe('pass');
  expect(judge(['1.3.6.1.4.1.311.21.10']).status).toBe('pass');
});

test('an unknown one fails, in the certificate and in a CA, with the error name of Windows', () => {
  for (const verdict of [judge(['1.2.3.4']), judge([], ['1.2.3.4'])]) {
    expect(verdict.status).toBe('fail');
    expect(verdict.found).toContain('1.2.3.4');
    expect(verdict.found).toContain('CERT_E_CRITICAL');
  }
});

test('where no source says what Windows does, the result is open', () => {
  expect(judge([], ['2.5.29.54']).status).toBe('could-not-check');
  expect(judge(['2.5.29.31']).found).toContain('crlDistributionPoints');
});
