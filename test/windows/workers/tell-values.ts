import { readFileSync, writeFileSync } from 'node:fs';
import { Bridge } from '../../../src/machine/windows/bridge.js';
import { manyRounds } from '../../powershell/support/many-rounds.js';

/* Sends rounds of values through the bridge into PowerShell, and writes what came out. Both are files of JSON. */
const [powershell = '', requestFile = '', resultFile = ''] = process.argv.slice(2);
const input: unknown = JSON.parse(readFileSync(requestFile, 'utf8'));
const lines: string[] = [];
const reply = await new Bridge({ powershell }).call({
  script: manyRounds,
  input,
  onLine: (line) => lines.push(line),
});
writeFileSync(resultFile, JSON.stringify({ lines, problem: reply.kind === 'answer' ? null : reply.error }));
