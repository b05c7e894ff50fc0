import { expect, test } from 'vitest';
import { rootSubject } from '../../../src/certificate/rules/root-subject.js';
import { aCase, authorityFacts, leaf, link, nameFacts, rootFacts } from '../support/a-case.js';

const withRoot = (name: string) =>
  rootSubject.run(
    aCase({
      chain: {
        links: [link(leaf()), link(rootFacts({ subject: nameFacts(name), issuer: nameFacts(name) }))],
        end: 'root',
        trust: 'no-list',
      },
    }),
  );

test('a root with a name passes', () => {
  expect(withRoot('CN=Root').status).toBe('pass');
});

test('a root without one fails', () => {
  expect(withRoot('').status).toBe('fail');
});

test('without a root it cannot be checked', () => {
  const chain = {
    links: [link(leaf()), link(authorityFacts(), null)],
    end: 'no-issuer',
    trust: 'no-list',
  } as const;
  expect(rootSubject.run(aCase({ chain })).status).toBe('could-not-check');
});

test('a self-signed certificate is judged elsewhere', () => {
  expect(rootSubject.run(aCase({ selfSigned: true })).status).toBe('not-applicable');
});
