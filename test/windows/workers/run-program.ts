import { readFileSync, writeFileSync } from 'node:fs';
import { runProcess } from '../../../src/machine/process.js';

/*
 * Runs a program once for each list of arguments, as machine/process.ts does it on Windows, and writes what came of it.
 * Request and result are files of JSON.
 */
const [requestFile = '', resultFile = ''] = process.argv.slice(2);
const { path, runs } = JSON.parse(readFileSync(requestFile, 'utf8')) as {
  readonly path: string;
  readonly runs: readonly (readonly string[])[];
};
const results = [];
for (const words of runs) {
  const { ending, refusal, stdout } = await runProcess({ path, arguments: words, input: { kind: 'none' } });
  results.push({ ending, refusal, output: stdout.toString('base64') });
}
writeFileSync(resultFile, JSON.stringify(results));
