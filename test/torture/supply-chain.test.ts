import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure } from './support/figure.js';

const root = join(import.meta.dirname, '..', '..');

const componentSchema = z.object({
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  licenses: z.array(z.object({ license: z.unknown() }).or(z.object({ expression: z.string() }))).min(1),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).min(1),
});
const billSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.object({ component: z.object({ name: z.literal('dpm-prep'), version: z.string() }) }),
  components: z.array(componentSchema),
});
const packedSchema = z.object({ size: z.number(), unpackedSize: z.number(), entryCount: z.number() });

describe('8 supply chain (needs the registry, or npm’s cache)', () => {
  it('is built from the sources with every install script off, and says what is in it', () => {
    // A copy: nothing that was installed or built here may help.
    const copy = join(temporaryFolder('supply-chain'), 'dpm-prep');
    mkdirSync(copy);
    for (const name of [
      ...['package.json', 'package-lock.json', 'tsconfig.json', 'src', 'bin', 'scripts'],
      ...['README.md', 'LICENSE', 'CHANGELOG.md'],
    ])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    const run = (program: string, ...args: readonly string[]): string =>
      execFileSync(program, args, { cwd: copy, encoding: 'utf8', stdio: 'pipe' });
    run('npm', 'ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund');
    run('npm', 'run', '--silent', 'build');
    const { version, dependencies = {} } = z
      .object({ version: z.string(), dependencies: z.record(z.string(), z.string()).optional() })
      .parse(JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')));
    expect(run(process.execPath, 'bin/dpm-prep.js', '--version').trim()).toBe(version);

    const table = run('npm', 'run', '--silent', 'supply-chain');
    const [, count, direct, withScripts] =
      /^(\d+) packages are in dpm-prep, (\d+) of them by choice; (\d+) with install scripts\.$/m.exec(
        table,
      ) ?? [];
    expect(withScripts, table).toBe('0');
    const rows = table.split('\n\n')[0]?.split('\n').slice(1) ?? [];
    expect(rows).toHaveLength(Number(count));
    // Licence, two sizes and install scripts of each; of those by choice also how many others they bring.
    for (const row of rows)
      expect(row).toMatch(/^(?: {2}\S+|\S+) +\d\S* {2,}\S.*? {2,}\d+ KiB +\d+ KiB +none(?: +\d+)?$/);

    const unlicensed = rows.filter((row) => row.includes('none named'));
    expect(unlicensed).toEqual([]);
    const brought = Object.keys(dependencies);
    expect(brought).toEqual([]);

    const file = join(copy, 'release', 'dpm-prep.cdx.json');
    expect(existsSync(file)).toBe(true);
    const bill = billSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(bill.components).toHaveLength(Number(count));
    expect(bill.metadata.component.version).toBe(version);

    const packed = z
      .union([
        z.array(packedSchema),
        z.record(z.string(), packedSchema).transform((all) => Object.values(all)),
      ])
      .parse(JSON.parse(run('npm', 'pack', '--json', '--ignore-scripts', '--dry-run')))[0];
    figure(
      '8',
      `Supply chain: built after npm ci --ignore-scripts; ${count ?? ''} packages in the bundle, ${direct ?? ''} of them by choice, with install scripts ${withScripts ?? ''}, without a licence ${String(unlicensed.length)}, others that an installation brings ${String(brought.length)}; npm package ${String(packed?.entryCount)} files, ${String(Math.ceil((packed?.size ?? 0) / 1024))} KiB; bill of materials CycloneDX ${bill.specVersion}, ${String(bill.components.length)} components`,
    );
  });
});
