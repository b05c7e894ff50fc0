import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import type { Command } from '../../src/machine/command.js';
import { computerWith, describeWithPowerShell } from './support/host.js';

const setup = 'SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup';
const module = `
Write-Host 'Welcome to the DPM Management Shell!'
function Set-DPMCredentials { [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
  param([string]$DPMServerName, [Parameter(Mandatory = $true)][string]$Type, [Parameter(Mandatory = $true)][ValidateSet('Configure', 'Regenerate')][string]$Action, [Parameter(Mandatory = $true)][string]$OutputFilePath, [string]$Thumbprint, [string]$AuthCAThumbprint)
  if ($Action -eq 'Configure' -and -not $Thumbprint) { Write-Error 'Thumbprint is needed. (ID: 33229)'; return }
  if ($PSCmdlet.ShouldProcess($DPMServerName)) { "configured $DPMServerName $OutputFilePath" } }
function Get-DPMProductionServer { param([string]$DPMServerName)
  if ($DPMServerName -ne 'Server01') { throw 'Unable to connect. (ID: 31)' }
  [pscustomobject]@{ ServerName = 'Finance01'; MachineName = 'Finance01'; Name = 'Finance01'; Domain = 'WORKGROUP'; ClusterName = ''; ServerProtectionState = 'NoDatasourcesProtected'; Connectivity = 'Enabled' }
  [pscustomobject]@{ ServerName = 'Büro02.contoso.com'; ServerProtectionState = 'HasDatasourcesProtected' }
  [pscustomobject]@{ ServerName = 'Old03'; ServerProtectionState = 'Deleted' } }
function Update-DPMProductionServer { param($ProductionServer) if ($ProductionServer.ServerName -like 'B*') { throw 'The agent did not answer. (ID: 316)' }; 'refreshed' }
function Get-DPMJob { [CmdletBinding(DefaultParameterSetName = 'DPM')] param([Parameter(ParameterSetName = 'DPM')][string]$DPMServerName, [Parameter(Mandatory = $true, ParameterSetName = 'PS')]$ProductionServer, [ValidateSet('Completed', 'Failed', 'InProgress', 'Scheduled')][string[]]$Status)
  if ($ProductionServer.ServerName -like 'B*') { throw 'The jobs could not be read. (ID: 31)' }
  [pscustomobject]@{ JobType = 'Replication'; Status = "$Status" } }
function Get-DPMDatasource { param($ProductionServer, [switch]$Inquire)
  if ($Inquire -and $ProductionServer.ServerName -like 'B*') { throw 'The agent did not answer. (ID: 316)' }
  [pscustomobject]@{ Name = 'C:\\'; ObjectType = 'Volume'; Protected = $false }
  if ($Inquire) { [pscustomobject]@{ Name = 'master'; Type = [pscustomobject]@{ Name = 'SQL' }; ProtectionGroupName = 'PG 1' } } }
function Get-DPMProductionCluster { param([string]$DPMServerName)
  if ($DPMServerName -ne 'Server01') { throw 'Unable to connect. (ID: 31)' }
  [pscustomobject]@{ ClusterName = 'Cluster01.contoso.com' }
  [pscustomobject]@{ Name = 'Büro-Cluster' } }
function Get-DPMProductionVirtualName { param($ProductionCluster)
  if ($ProductionCluster.Name -like 'B*') { throw 'The agent did not answer. (ID: 316)' }
  [pscustomobject]@{ VirtualName = "Files of $($ProductionCluster.ClusterName)" }
  'SQL' }
Export-ModuleMember -Function *`;

const withDpm = (text = module) => {
  const computer = computerWith();
  computer.write('DPM/Modules/DataProtectionManager/DataProtectionManager.psm1', text);
  computer.write(
    'DPM/Modules/DataProtectionManager/DataProtectionManager.psd1',
    "@{ ModuleVersion = '1.0'; RootModule = 'DataProtectionManager.psm1'; FunctionsToExport = '*' }",
  );
  computer.write(
    'world/registry.json',
    JSON.stringify({ [setup]: { InstallPath: `${computer.folder}/DPM/`, DatabasePath: 'x' } }),
  );
  return computer;
};

const dpm = withDpm();
/** Its cmdlets say that they have started, and end once they may. */
const slow = withDpm();
const startedMark = `${slow.folder}/started`;
const goMark = `${slow.folder}/go`;
const untilGo = `[IO.File]::WriteAllText('${startedMark}', 'x'); while (-not [IO.File]::Exists('${goMark}')) { [Threading.Thread]::Sleep(50) }`;
slow.write(
  'DPM/Modules/DataProtectionManager/DataProtectionManager.psm1',
  module
    .replace('if ($PSCmdlet.ShouldProcess(', `${untilGo}; if ($PSCmdlet.ShouldProcess(`)
    .replace("; 'refreshed' }", `; ${untilGo}; 'refreshed' }`),
);
const none = computerWith();
afterAll(() => {
  dpm.remove();
  slow.remove();
  none.remove();
});
const options = { attended: false };
const configure = {
  DPMServerName: 'Server01',
  Type: 'Certificate',
  Action: 'Configure',
  OutputFilePath: 'C:\\Temp',
};

describeWithPowerShell("the cmdlets of DPM's module", () => {
  it.each<readonly [string, Command]>([
    [
      'Set-DPMCredentials',
      { kind: 'cmdlet', tool: 'Set-DPMCredentials', parameters: { ...configure, Thumbprint: 'AB' } },
    ],
    [
      'refresh-computer',
      {
        kind: 'act',
        act: 'refresh-computer',
        input: { dpmServerName: 'Server01', computerName: 'Finance01' },
        shown: '',
      },
    ],
  ])('%s is found while it runs, by its name, and not afterwards', async (path, command) => {
    rmSync(startedMark, { force: true });
    rmSync(goMark, { force: true });
    let processId = 0;
    const running = slow.machine.perform(command, {
      ...options,
      onStarted: (id) => {
        processId = id;
      },
    });
    await expect.poll(() => existsSync(startedMark), { timeout: 90_000 }).toBe(true);
    const { processes } = await slow.machine.ask('running-tools', { path });
    expect(processes.map(({ id }) => id)).toEqual([processId]);
    expect(await slow.machine.ask('running-tools', { path: 'Another-Cmdlet' })).toEqual({ processes: [] });
    writeFileSync(goMark, 'x');
    await running;
    expect(await slow.machine.ask('running-tools', { path })).toEqual({ processes: [] });
  });

  it('run without asking for confirmation, and the banner of the module is only output', async () => {
    const result = await dpm.machine.perform(
      { kind: 'cmdlet', tool: 'Set-DPMCredentials', parameters: { ...configure, Thumbprint: 'AB' } },
      options,
    );
    expect(result).toMatchObject({ ending: 'ended', error: null, exitCode: null });
    expect(result.output).toEqual(['Welcome to the DPM Management Shell!', 'configured Server01 C:\\Temp']);
  });

  it('report their errors', async () => {
    const result = await dpm.machine.perform(
      { kind: 'cmdlet', tool: 'Set-DPMCredentials', parameters: configure },
      options,
    );
    expect(result).toMatchObject({ ending: 'ended', error: 'Thumbprint is needed. (ID: 33229)' });
  });

  it('are refused with a parameter that they have not, or where the module lacks them', async () => {
    const wrong = await dpm.machine.perform(
      { kind: 'cmdlet', tool: 'Set-DPMCredentials', parameters: { Nonsense: 'x' } },
      options,
    );
    expect(wrong).toMatchObject({
      ending: 'refused',
      error: expect.stringContaining('no parameter -Nonsense') as string,
    });
    const absent = await dpm.machine.perform(
      { kind: 'cmdlet', tool: 'Set-DPMNothing', parameters: {} },
      options,
    );
    expect(absent).toMatchObject({
      ending: 'refused',
      error: expect.stringContaining('does not exist') as string,
    });
  });

  it('tell the running jobs of each computer, and why they could not be read', async () => {
    expect(await dpm.machine.ask('running-jobs', { dpmServerName: 'Server01' })).toEqual({
      total: 1,
      computers: [
        { name: 'Finance01', jobs: ['Replication'], why: null },
        {
          name: 'Büro02.contoso.com',
          jobs: null,
          why: expect.stringContaining('The jobs could not be read.') as string,
        },
      ],
    });
  });

  it('list the protected computers', async () => {
    const { computers } = await dpm.machine.ask('protected-computers', { dpmServerName: 'Server01' });
    expect(computers).toEqual([
      {
        serverName: 'Finance01',
        machineName: 'Finance01',
        name: 'Finance01',
        domain: 'WORKGROUP',
        clusterName: '',
        state: 'NoDatasourcesProtected',
        connectivity: 'Enabled',
        authentication: null,
        agentVersion: null,
      },
      {
        serverName: 'Büro02.contoso.com',
        machineName: null,
        name: null,
        domain: null,
        clusterName: null,
        state: 'HasDatasourcesProtected',
        connectivity: null,
        authentication: null,
        agentVersion: null,
      },
      expect.objectContaining({ serverName: 'Old03', state: 'Deleted' }),
    ]);
    await expect(dpm.machine.ask('protected-computers', { dpmServerName: 'Other' })).rejects.toMatchObject({
      exitCode: 4,
      message: 'Windows gave no answer about protected computers: Unable to connect. (ID: 31).',
    });
  });

  it('refresh a computer', async () => {
    const act = (computerName: string) =>
      dpm.machine.perform(
        {
          kind: 'act',
          act: 'refresh-computer',
          input: { dpmServerName: 'Server01', computerName },
          shown: '',
        },
        options,
      );
    expect(await act('finance01')).toMatchObject({ error: null, result: { found: true } });
    expect(await act('Old03')).toMatchObject({ error: null, result: { found: false } });
    expect(await act('Büro02.contoso.com')).toMatchObject({ error: 'The agent did not answer. (ID: 316)' });
  });

  it('list data sources, or say why not', async () => {
    const ask = (computerName: string, inquire: boolean) =>
      dpm.machine.ask('data-sources', { dpmServerName: 'Server01', computerName, inquire });
    expect(await ask('Finance01', true)).toEqual({
      found: true,
      failure: null,
      dataSources: [
        { name: 'C:\\', type: 'Volume', protected: false },
        { name: 'master', type: 'SQL', protected: true },
      ],
    });
    expect((await ask('Finance01', false)).dataSources).toHaveLength(1);
    expect(await ask('Old03', true)).toEqual({ found: false, failure: null, dataSources: [] });
    expect(await ask('Büro02.contoso.com', true)).toMatchObject({
      found: true,
      failure: 'The agent did not answer. (ID: 316)',
    });
  });

  it('list the clusters, and what one of them shows', async () => {
    const ask = (clusterName: string) =>
      dpm.machine.ask('cluster-resources', { dpmServerName: 'Server01', clusterName });
    const clusters = ['Cluster01.contoso.com', 'Büro-Cluster'];
    const shown = ['Files of Cluster01.contoso.com', 'SQL'];
    const whole = { clusters, found: true, resources: shown, failure: null };
    expect(await ask('cluster01.contoso.com')).toEqual(whole);
    expect(await ask('Cluster01')).toEqual(whole);
    expect(await ask('Cluster02')).toEqual({ clusters, found: false, resources: [], failure: null });
    expect(await ask('Büro-Cluster')).toEqual({
      clusters,
      found: true,
      resources: [],
      failure: 'The agent did not answer. (ID: 316)',
    });
  });

  it('are known by their parameters, and the module by its place', async () => {
    const answer = await dpm.machine.ask('command-parameters', {
      command: 'Set-DPMCredentials',
      module: 'DataProtectionManager',
    });
    expect(answer.parameters.map(({ name, mandatory }) => [name, mandatory])).toEqual([
      ['DPMServerName', false],
      ['Type', true],
      ['Action', true],
      ['OutputFilePath', true],
      ['Thumbprint', false],
      ['AuthCAThumbprint', false],
    ]);
    expect(await dpm.machine.ask('dpm-module', {})).toMatchObject({
      available: true,
      path: expect.stringMatching(/DataProtectionManager\.psd1$/) as string,
    });
  });

  it('are missing where DPM is', async () => {
    expect(await none.machine.ask('dpm-module', {})).toEqual({ available: false, path: null, version: null });
    await expect(none.machine.ask('protected-computers', { dpmServerName: 'x' })).rejects.toThrow(
      'The PowerShell module DataProtectionManager is not on this computer.',
    );
  });
});
