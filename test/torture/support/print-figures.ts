import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before the first test: a file for the figures. After the last: one line per figure, in their order. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-figures-'));
  const file = join(folder, 'figures');
  process.env.TORTURE_FIGURES = file;
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const numeric = new Intl.Collator('en', { numeric: true });
    const sorted = lines.filter((line) => line !== '').sort(numeric.compare);
    process.stdout.write(`\nFigures\n${sorted.map((line) => `${line}\n`).join('')}`);
    rmSync(folder, { recursive: true, force: true });
  };
}
