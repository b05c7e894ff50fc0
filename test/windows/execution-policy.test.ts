import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostEnvironment, installPath, newDpmServer } from './support/dpm.js';
import { powershell, runWorker } from './support/node.js';
import { describeWith } from './support/parts.js';
import type { WindowsComputer } from './support/wine.js';

/*
 * The execution policy of a computer, with the real console host: our own scripts are not files, so they run under every
 * policy. Microsoft's scripts and DPM's module are files.
 */

interface Result {
  readonly ending: string;
  readonly error: string | null;
  readonly output: readonly string[];
}

const script = {
  kind: 'script',
  tool: 'Attach-NonDomainServer.ps1',
  path: `${installPath}bin\\Attach-NonDomainServer.ps1`,
  parameters: { DPMServername: 'Server01', PSName: 'Finance01', Username: 'mark', Password: 'x' },
} as const;
const cmdlet = {
  kind: 'cmdlet',
  tool: 'Get-DPMProductionServer',
  parameters: { DPMServerName: 'Server01' },
} as const;

describeWith(['Wine', 'mingw gcc', '.NET SDK'], "the computer's execution policy", () => {
  let server: WindowsComputer;
  beforeAll(async () => {
    server = await newDpmServer('Server01');
  });
  afterAll(async () => {
    await server.end();
  });

  const perform = async (): Promise<readonly Result[]> =>
    (await runWorker(
      server,
      'perform-scripts',
      [powershell],
      { commands: [script, cmdlet] },
      hostEnvironment,
    )) as readonly Result[];
  const setByMachine = (policy: string): Promise<void> =>
    server.put(
      powershell.replace(/[^\\]+$/, 'powershell.config.json'),
      JSON.stringify({ 'Microsoft.PowerShell:ExecutionPolicy': policy }),
    );

  const policy = "PowerShell's execution policy does not let it run: ";
  const expectNamed = ([ofScript, ofCmdlet]: readonly Result[]): void => {
    expect(ofScript).toMatchObject({
      ending: 'refused',
      error: expect.stringContaining(`${script.tool} was not started. ${policy}`) as string,
    });
    expect(ofCmdlet).toMatchObject({
      ending: 'threw',
      error: expect.stringContaining(`${policy}File ${installPath}Modules\\`) as string,
    });
    expect(readFileSync(server.place(`${installPath}bin\\attached.txt`), 'utf8')).toBe('Old07\n');
  };

  it('is named where the computer allows no scripts', async () => {
    await setByMachine('Restricted');
    expectNamed(await perform());
  });

  it('is named where a group policy wants a signature', async () => {
    await setByMachine('RemoteSigned');
    await server.register({
      'SOFTWARE\\Policies\\Microsoft\\PowerShellCore': { EnableScripts: 1, ExecutionPolicy: 'AllSigned' },
    });
    expectNamed(await perform());
  });

  it('is named where a group policy turns scripts off', async () => {
    await server.register({ 'SOFTWARE\\Policies\\Microsoft\\PowerShellCore': { EnableScripts: 0 } });
    expectNamed(await perform());
  });
});
