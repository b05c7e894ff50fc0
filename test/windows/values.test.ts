import { afterAll, beforeAll, expect, it } from 'vitest';
import { parameterNames, roundsFor, values } from '../powershell/support/many-rounds.js';
import { attachThatTells, told } from '../powershell/support/stand-ins.js';
import { describeWith } from './support/parts.js';
import { powershell, runWorker } from './support/node.js';
import { WindowsComputer } from './support/wine.js';

const script = 'C:\\Program Files\\Attach-NonDomainServer.ps1';

describeWith(['Wine', 'mingw gcc', '.NET SDK'], 'values on their way to a script, on Windows', () => {
  let computer: WindowsComputer;

  beforeAll(async () => {
    computer = await WindowsComputer.make('Server01');
  });
  afterAll(async () => {
    await computer.end();
  });

  it.each([
    ['text', 'String'],
    ['a SecureString', 'System.Security.SecureString'],
  ])('arrive verbatim for every parameter, the password as %s', async (_, type) => {
    await computer.put(script, attachThatTells(type));
    const { lines, problem } = (await runWorker(computer, 'tell-values', [powershell], {
      rounds: roundsFor(script, type !== 'String'),
    })) as { readonly lines: readonly string[]; readonly problem: string | null };
    expect(problem).toBeNull();
    for (const name of [...parameterNames, 'Password']) expect(told(lines, name)).toEqual(values);
  });
});
