import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listRules } from '../../../src/certificate/index.js';
import { rules } from '../../../src/certificate/rules/index.js';
import { aCase } from '../support/a-case.js';

const folder = (path: string): readonly string[] => readdirSync(new URL(path, import.meta.url));

test('every rule is a file and a test of its own, by its id', () => {
  const ids = listRules().map(({ id }) => id);
  const files = folder('../../../src/certificate/rules/');
  const tests = folder('./');
  for (const id of ids) {
    expect(files).toContain(`${id}.ts`);
    expect(tests).toContain(`${id}.test.ts`);
  }
  const helpers = ['index.ts', 'rule.ts', 'extended-key-usage.ts', 'usage.ts'];
  expect([...ids.map((id) => `${id}.ts`), ...helpers].sort()).toEqual([...files].sort());
  expect(new Set(ids).size).toBe(ids.length);
});

test('a certificate that is in order fails no rule and warns of nothing', () => {
  const statuses = rules.map((rule) => [rule.id, rule.run(aCase()).status]);
  expect(statuses.filter(([, status]) => status !== 'pass' && status !== 'not-applicable')).toEqual([]);
});

test('every rule says what is required and where that is written', () => {
  for (const rule of listRules()) {
    expect(rule.required).toMatch(/\.$/);
    expect(rule.source.where).not.toBe('');
  }
});
