import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/registry.js';
import { dpmErrors } from '../../src/dpm/errors/index.js';
import { scenarios } from '../../src/dpm/scenarios.js';
import { listRules } from '../../src/certificate/index.js';
import { preflightChecks } from '../../src/preflight/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'docs.js');
const folder = temporaryFolder('pages');

const docs = (...args: readonly string[]): { readonly status: number | null; readonly stderr: string } =>
  spawnSync(process.execPath, [script, '--folder', folder, ...args], { encoding: 'utf8' });
const page = (name: string): string => readFileSync(join(folder, 'docs', name), 'utf8');

beforeAll(() => {
  expect(docs()).toMatchObject({ status: 0, stderr: '' });
}, 120_000);

describe('the pages that are made from the program', () => {
  it.each([
    ['commands.md', commands.map(({ name }) => `### ${name}\n`)],
    ['checks.md', [...preflightChecks, ...listRules()].map(({ id }) => `| \`${id}\` `)],
    ['scenarios.md', scenarios.map(({ id }) => `| \`${id}\` `)],
    ['error-ids.md', dpmErrors.map(({ id }) => `## ${id}\n`)],
  ])('%s has every row of the table', (name, rows) => {
    const text = page(name);
    expect(rows.filter((row) => !text.includes(row))).toEqual([]);
  });

  it('ask on the issue form for every assumption of docs/not-confirmed.md', () => {
    const root = join(import.meta.dirname, '..', '..');
    const form = parse(readFileSync(join(folder, '.github/ISSUE_TEMPLATE/real-dpm-server.yml'), 'utf8')) as {
      body: { type: string; attributes: { options?: { label: string }[] } }[];
    };
    const labels = form.body.flatMap(({ attributes }) => attributes.options ?? []).map(({ label }) => label);
    const rows = readFileSync(join(root, 'docs/not-confirmed.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (?:Assumption|-)/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    expect(labels).toHaveLength(rows.length);
    for (const [index, row] of rows.entries())
      expect(row.replaceAll('\\|', '|')).toContain(`| ${labels[index] ?? '?'} `);
  });

  it('fail the check by name where one was changed or is gone, and no other', { timeout: 120_000 }, () => {
    appendFileSync(join(folder, 'docs', 'checks.md'), 'By hand.\n');
    rmSync(join(folder, 'docs', 'scenarios.md'));
    const stale = docs('--check');
    expect(stale.status).toBe(1);
    expect(stale.stderr.match(/docs\/[a-z-]+\.md/g)).toEqual(['docs/checks.md', 'docs/scenarios.md']);
    expect(page('checks.md')).toContain('By hand.');
  });
});
