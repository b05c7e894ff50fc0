import { stdin, stdout } from 'node:process';
import { Problem } from '../../../src/problem.js';
import { Journal } from '../../../src/run/journal.js';
import { takeLock } from '../../../src/run/lock.js';
import { openStateFolder } from '../../../src/run/state-folder.js';

/*
 * One run on a state folder, reduced to lock and journal: waits for a line, takes the lock, writes, holds it until
 * standard input ends.
 */
const [folder = ''] = process.argv.slice(2);
stdout.write('ready\n');
stdin.once('data', () => {
  try {
    const lock = takeLock(openStateFolder(folder), 'dpm-prep torture');
    const journal = new Journal(folder);
    journal.begin({
      command: 'torture',
      procedure: 'torture',
      version: '0',
      processId: process.pid,
      rehearsal: true,
      answers: {},
      positional: [],
    });
    stdout.write('working\n');
    stdin.once('end', () => {
      journal.append({ event: 'finish', exitCode: 0, problem: null });
      lock.release();
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    stdout.write(`refused ${String(error.exitCode)} ${error.message}\n`);
    stdin.destroy();
  }
});
