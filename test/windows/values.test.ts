import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parameterNames, roundsFor, values } from '../powershell/support/many-rounds.js';
import { attachThatTells, told } from '../powershell/support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { bundleWorker } from '../support/worker.js';
import { describeWith } from './support/parts.js';
import { windowsNode } from './support/windows-node.js';
import { WindowsComputer } from './support/wine.js';

const powershell = 'C:\\windows\\system32\\WindowsPowerShell\\v1.0\\powershell.exe';
const script = 'C:\\Program Files\\Attach-NonDomainServer.ps1';

describeWith(['Wine', 'mingw gcc', '.NET SDK'], 'values on their way to a script, on Windows', () => {
  let computer: WindowsComputer;

  beforeAll(async () => {
    computer = await WindowsComputer.make('Server01');
    await computer.copy(await windowsNode(), 'C:\\node\\node.exe');
    await computer.copy(
      bundleWorker(new URL('workers/tell-values.ts', import.meta.url), temporaryFolder('values')),
      'C:\\node\\tell-values.mjs',
    );
  });
  afterAll(async () => {
    await computer.end();
  });

  it.each([
    ['text', 'String'],
    ['a SecureString', 'System.Security.SecureString'],
  ])('arrive verbatim for every parameter, the password as %s', async (_, type) => {
    const [request, result] = ['C:\\request.json', 'C:\\result.json'] as const;
    await computer.put(script, attachThatTells(type));
    await computer.put(request, JSON.stringify({ rounds: roundsFor(script, type !== 'String') }));
    const ran = await computer.run({
      path: 'C:\\node\\node.exe',
      arguments: ['C:\\node\\tell-values.mjs', powershell, request, result],
    });
    expect(ran.stderr).toBe('');
    const { lines, problem } = JSON.parse(await readFile(computer.place(result), 'utf8')) as {
      readonly lines: readonly string[];
      readonly problem: string | null;
    };
    expect(problem).toBeNull();
    for (const name of [...parameterNames, 'Password']) expect(told(lines, name)).toEqual(values);
  });
});
