import { expect, test } from 'vitest';
import { limits } from '../../../src/certificate/limits.js';
import { nameConstraints } from '../../../src/certificate/rules/name-constraints.js';
import { aCase, authorityFacts, leaf, link, nameFacts, rootFacts } from '../support/a-case.js';

import type {
  CertificateFacts,
  GeneralNameFacts,
  NameConstraintsFacts,
  NameForm,
} from '../../../src/certificate/facts.js';

const name = (form: NameForm, text: string): GeneralNameFacts => ({ form, text, comparable: text });

const judge = (
  constraints: Partial<NameConstraintsFacts>,
  names: readonly GeneralNameFacts[],
  own: Partial<CertificateFacts> = {},
) => {
  const certificate = leaf({ alternativeNames: names, ...own });
  const all: NameConstraintsFacts = { permitted: [], excluded: [], unsupported: [], ...constraints };
  const links = [link(certificate), link(authorityFacts({ nameConstraints: all })), link(rootFacts())];
  return nameConstraints.run(aCase({ certificate, chain: { ...aCase().chain, links } }));
};

test('without constraints there is nothing to judge', () => {
  expect(nameConstraints.run(aCase()).status).toBe('not-applicable');
});

test.each([
  ['dns', 'contoso.com', 'fin.contoso.com', 'pass'],
  ['dns', 'contoso.com', 'contoso.com', 'pass'],
  ['dns', 'contoso.com', 'evilcontoso.com', 'fail'],
  ['dns', '.contoso.com', 'fin.contoso.com', 'pass'],
  ['dns', '.contoso.com', 'contoso.com', 'fail'],
  ['dns', '', 'anything', 'pass'],
  ['email', '@contoso.com', 'a@contoso.com', 'pass'],
  ['email', '@contoso.com', 'a@fin.contoso.com', 'fail'],
  ['email', '.contoso.com', 'a@fin.contoso.com', 'pass'],
  ['email', 'a@contoso.com', 'b@contoso.com', 'fail'],
  ['email', 'contoso.com', 'a@contoso.com@fabrikam.com', 'fail'],
  ['upn', '@contoso.com', 'a@contoso.com', 'pass'],
  ['upn', '@contoso.com', 'a@fabrikam.com', 'fail'],
  ['uri', 'www.contoso.com', 'http://www.contoso.com:8080/a', 'pass'],
  ['uri', 'www.contoso.com', 'http://www.contoso.com@fabrikam.com/', 'fail'],
  ['uri', 'https://www.contoso.com', 'http://www.contoso.com/', 'fail'],
  ['uri', '.contoso.com', 'urn:contoso', 'fail'],
  ['ip', '0a000000ff000000', '0a010203', 'pass'],
  ['ip', '0a000000ff000000', '0b010203', 'fail'],
  ['ip', '0a000000ff000000', 'fe80'.padEnd(32, '0'), 'fail'],
] as const)('permitted %s %s, name %s: %s', (form, permitted, own, status) => {
  const verdict = judge(
    { permitted: [name(form, permitted)] },
    [name('dns', 'x'), name(form, own)].slice(form === 'dns' ? 1 : 0),
  );
  expect(verdict.status).toBe(status);
  if (status === 'fail') expect(verdict.found).toContain('CERT_E_INVALID_NAME');
});

test.each([
  ['dns', 'contoso.com', 'fin.contoso.com', 'fail'],
  ['dns', 'fin.contoso.com', '*.contoso.com', 'fail'],
  ['dns', 'fabrikam.com', 'fin.contoso.com', 'pass'],
  ['uri', '.contoso.com', 'urn:contoso', 'fail'],
  ['ip', '0a000000ff000000', '0a010203', 'fail'],
] as const)('excluded %s %s, name %s: %s', (form, excluded, own, status) => {
  expect(judge({ excluded: [name(form, excluded)] }, [name(form, own)]).status).toBe(status);
});

test('a name of a form that the CA does not limit is permitted', () => {
  expect(judge({ permitted: [name('ip', '0a000000ff000000')] }, [name('dns', 'a.b')]).status).toBe('pass');
});

test('the subject is a directory name, and a part of a name is not a name space', () => {
  const within = (permitted: string) => judge({ permitted: [name('directory', permitted)] }, []);
  expect(within('cn=fin.contoso.com').status).toBe('pass');
  expect(within('cn=fin').status).toBe('fail');
});

test('the common name counts as a DNS name where there is none, and a name of a person does not', () => {
  const permitted = [name('dns', 'fabrikam.com')];
  expect(judge({ permitted }, []).status).toBe('fail');
  expect(judge({ permitted }, [name('dns', 'a.fabrikam.com')]).status).toBe('pass');
  expect(judge({ permitted }, [], { subject: nameFacts('CN=Finance Server') }).status).toBe('pass');
});

test('what Windows does not support fails', () => {
  const verdict = judge({ unsupported: ['a maximum'] }, []);
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('a maximum');
});

test('very many names are not compared for ever, and are not passed', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => name('dns', `${String(index)}.contoso.com`));
  expect(many.length ** 2).toBeGreaterThan(limits.nameComparisons);
  expect(judge({ permitted: many }, many).status).toBe('could-not-check');
});

test('a CA outside the constraints above it warns', () => {
  const constraints = { permitted: [name('directory', 'o=contoso')], excluded: [], unsupported: [] };
  const certificate = leaf({ subject: { ...nameFacts('CN=fin'), comparable: 'o=contoso\ncn=fin' } });
  const links = [
    link(certificate),
    link(authorityFacts()),
    link(rootFacts({ nameConstraints: constraints })),
  ];
  expect(nameConstraints.run(aCase({ certificate, chain: { ...aCase().chain, links } })).status).toBe('warn');
});
