import { stdout } from 'node:process';
import { runProcess } from '../../../src/machine/process.js';
import { KeptResults } from '../../../src/machine/keeper/results.js';

/* dpm-prep as far as a keeper sees it: starts a PowerShell script whose values come on standard input. */
const [stateFolder = '', powershell = '', script = '', input = ''] = process.argv.slice(2);
const { ending, exitCode } = await runProcess({
  path: powershell,
  arguments: ['-NoProfile', '-NonInteractive', '-EncodedCommand', script],
  input: { kind: 'bytes', bytes: Buffer.from(`${input}\n`) },
  outlivesUs: true,
  keepAt: new KeptResults(stateFolder).place({ step: 'native', line: 'native' }),
  onStarted: () => {
    stdout.write('started\n');
  },
});
stdout.write(`${ending} ${String(exitCode)}\n`);
