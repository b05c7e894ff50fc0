// npm run bench: every figure is a ratio between two things measured in this one run, interleaved.
import { readdirSync } from 'node:fs';

const only = process.argv.slice(2);
const parts = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.bench.js'))
  .filter((name) => only.length === 0 || only.some((word) => name.startsWith(word)))
  .sort();

for (const part of parts) {
  const { title, measure } = await import(`./${part}`);
  process.stdout.write(`\n${title}\n`);
  for (const { what, value, wanted } of await measure()) {
    process.stdout.write(`  ${what}: ${value}${wanted === undefined ? '' : `  (wanted: ${wanted})`}\n`);
  }
}
