import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const title = 'Attaching an inventory: our own time per computer, beside the practice tool’s';

const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = join(root, 'bin', 'dpm-prep.js');
const sizes = [50, 500];

/**
 * One run: all of it, less what the practice tool says that it took. Milliseconds per computer.
 * @param {string} world
 * @param {string} inventory
 * @param {number} count
 */
const attach = (world, inventory, count) => {
  const begun = process.hrtime.bigint();
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      ...[launcher, 'attach', '--inventory', inventory, '--rehearse', '--world', world],
      ...['--yes', '--no-input', '--json'],
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const whole = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== 0) throw new Error(`attach ended with ${status}`);
  /** @type {{ steps: { did: { elapsedMs: number } | null }[] }} */
  const report = JSON.parse(stdout);
  const tool = report.steps.reduce((sum, { did }) => sum + (did?.elapsedMs ?? 0), 0);
  return { tool: tool / count, ours: (whole - tool) / count };
};

export const measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-bench-'));
  try {
    const outfile = join(folder, 'world.mjs');
    await build({
      absWorkingDir: root,
      entryPoints: ['test/support/certificate-world.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'warning',
      banner: {
        js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
      },
    });
    const { certificateWorld, computerName, writeInventory } = await import(pathToFileURL(outfile).href);
    const results = [];
    for (const count of sizes) {
      const world = join(folder, `world-${count}`);
      await certificateWorld({ folder: world, count });
      const names = Array.from({ length: count }, (_, n) => computerName(n + 1));
      results.push({ count, ...attach(world, writeInventory(world, names), count) });
    }
    const [few, many] = results;
    if (few === undefined || many === undefined) throw new Error('nothing was measured');
    return [
      ...results.map(({ count, tool, ours }) => ({
        what: `${count} computers`,
        value: `ours ${ours.toFixed(1)} ms, the tool ${tool.toFixed(0)} ms each: ${(ours / tool).toFixed(3)}`,
        wanted: 'at most 0.1',
      })),
      {
        what: `ours at ${many.count} over ours at ${few.count}`,
        value: `${(many.ours / few.ours).toFixed(2)} times`,
        wanted: 'level: at most 1.2',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
