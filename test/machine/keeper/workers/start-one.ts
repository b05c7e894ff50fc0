import { readFileSync } from 'node:fs';
import { stdout } from 'node:process';
import { runProcess } from '../../../../src/machine/process.js';
import { KeptResults } from '../../../../src/machine/keeper/results.js';
import { Secret } from '../../../../src/secret.js';

/* dpm-prep as far as a keeper sees it: starts one tool with a password on its standard input, and waits for its end. */
const [stateFolder = '', passwordFile = '', path = '', ...words] = process.argv.slice(2);
const password = new Secret(readFileSync(passwordFile, 'utf8'));
const outcome = await runProcess({
  path,
  arguments: words,
  input: { kind: 'bytes', bytes: Buffer.from(password.reveal()) },
  outlivesUs: true,
  keepAt: new KeptResults(stateFolder).place({ step: 'step', line: 'Tool.exe -x' }),
  onStarted: (processId) => {
    stdout.write(`started ${String(processId)}\n`);
  },
});
stdout.write(`${outcome.ending}\n`);
