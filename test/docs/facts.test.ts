import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listRules } from '../../src/certificate/index.js';
import { dpmErrors } from '../../src/dpm/errors/index.js';
import { preflightChecks } from '../../src/preflight/index.js';

const page = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', `${name}.md`), 'utf8');

it('docs/checks.md gives versions and source of every check', () => {
  const rows = page('checks')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  const checks = [...preflightChecks, ...listRules()];
  for (const { id } of checks) {
    const row = rows.find((cells) => cells[1] === `\`${id}\``);
    const [versions, source] = row?.slice(-3) ?? [];
    expect([id, versions !== '', source !== ''], id).toEqual([id, true, true]);
  }
  expect(page('checks')).toMatch(/`visual-cpp-2013`.*DPM 2025/);
});

it('docs/error-ids.md gives versions and source of every error', () => {
  const sections = page('error-ids').split(/\n(?=## )/);
  for (const { id } of dpmErrors) {
    const section = sections.find((text) => text.startsWith(`## ${id}\n`));
    expect(section, id).toMatch(/\nSource: .{5,}\. Versions: .{5,}\.\n/);
  }
});
