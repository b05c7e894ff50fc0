import { readFileSync, writeFileSync } from 'node:fs';
import { WindowsMachine } from '../../../src/machine/windows/windows-machine.js';

/*
 * Performs a program again and again as the program does it on Windows, each time with another .ini beside it, and
 * writes the lines that it read. Request and result are files of JSON.
 */
const [powershell = '', requestFile = '', resultFile = ''] = process.argv.slice(2);
const { path, inis } = JSON.parse(readFileSync(requestFile, 'utf8')) as {
  readonly path: string;
  readonly inis: readonly string[];
};
const machine = new WindowsMachine({ powershell });
// The first thing that every command asks, and where the system's code pages come from.
await machine.ask('computer', {});
const results = [];
for (const ini of inis) {
  writeFileSync(path.replace(/\.exe$/, '.ini'), ini);
  const { ending, output } = await machine.perform(
    {
      kind: 'program',
      tool: 'DPMAgentInstaller_x64.exe',
      path,
      arguments: ['/q', '/IAcceptEULA'],
      long: true,
    },
    { attended: false },
  );
  results.push({ ending, output });
}
writeFileSync(resultFile, JSON.stringify(results));
