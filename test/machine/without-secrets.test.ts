import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/machine/command.js';
import type { CommandResult } from '../../src/machine/machine.js';
import { withoutSecrets } from '../../src/machine/without-secrets.js';
import { checkProblem } from '../../src/problem.js';
import { Secret } from '../../src/secret.js';
import { fakeMachine } from '../support/fake-machine.js';

const password = new Secret('Tops3cret!42').reveal();
const command: Command = { kind: 'make-folder', path: 'C:\\x' };

const result: CommandResult = {
  exitCode: 1,
  ending: 'ended',
  output: [`typed ${password}`],
  error: `wrong: ${password}`,
  restartRequired: false,
  elapsedMs: 1,
};

describe('a machine', () => {
  it('gives no password back in lines, output or errors of a tool', async () => {
    const lines: string[] = [];
    const machine = withoutSecrets({
      ...fakeMachine({ answers: {} }),
      perform: async (_command, { onLine }) => {
        onLine?.(`echo ${password}`);
        return Promise.resolve(result);
      },
    });
    const back = await machine.perform(command, { attended: false, onLine: (line) => lines.push(line) });
    expect([...lines, ...back.output, back.error]).toEqual([
      'echo [hidden]',
      'typed [hidden]',
      'wrong: [hidden]',
    ]);
  });

  it('gives no password back in what it throws, and keeps the exit code', async () => {
    const machine = withoutSecrets({
      ...fakeMachine({ answers: {} }),
      perform: async () => Promise.reject(checkProblem(`refused ${password}`, `not ${password}`)),
      ask: async () => Promise.reject(checkProblem(`no answer ${password}`)),
    });
    await expect(machine.perform(command, { attended: false })).rejects.toMatchObject({
      exitCode: 3,
      message: 'refused [hidden]',
      fix: ['not [hidden]'],
    });
    await expect(machine.ask('computer', {})).rejects.toThrow('no answer [hidden]');
  });

  it('takes passwords out of logs that tools wrote, and leaves states of Windows alone', async () => {
    new Secret('Running');
    const machine = withoutSecrets(
      fakeMachine({
        answers: {
          'installation-log': {
            files: [{ path: 'C:\\x.log', kind: 'agent', lines: [`pw ${password}`] }],
            alerts: [],
          },
        },
      }),
    );
    expect(await machine.ask('installation-log', { lines: 1 })).toMatchObject({
      files: [{ path: 'C:\\x.log', lines: ['pw [hidden]'] }],
    });
  });
});
