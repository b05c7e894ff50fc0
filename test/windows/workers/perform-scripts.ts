import { readFileSync, writeFileSync } from 'node:fs';
import type { CmdletCommand, ScriptCommand } from '../../../src/machine/command.js';
import { WindowsMachine } from '../../../src/machine/windows/windows-machine.js';

/* Performs scripts and cmdlets one after the other, nobody there; writes how each of them ended. */
const [powershell = '', requestFile = '', resultFile = ''] = process.argv.slice(2);
const { commands } = JSON.parse(readFileSync(requestFile, 'utf8')) as {
  readonly commands: readonly (ScriptCommand | CmdletCommand)[];
};
const machine = new WindowsMachine({ powershell });
const results = [];
for (const command of commands) {
  try {
    const { ending, error, output } = await machine.perform(command, { attended: false });
    results.push({ ending, error, output });
  } catch (error) {
    results.push({ ending: 'threw', error: String(error), output: [] });
  }
}
writeFileSync(resultFile, JSON.stringify(results));
