import { appendFile, chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { scriptArguments } from '../../../src/machine/windows/bridge.js';
import { powershellArguments } from '../../../src/machine/windows/console-feed.js';
import { actScripts, questionScripts, runCmdlet, runScript } from '../../../src/machine/windows/scripts.js';
import consoleToolScript from '../../../src/powershell/run-console-tool.ps1';
import { places } from './places.js';
import { WindowsComputer, type Ran, type RunRequest } from './wine.js';

/* The two computers of the procedure as Windows computers under Wine, with dpm-prep.exe on both. */

export const exePath = 'C:\\dpm\\dpm-prep.exe';
export const installPath = 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\';
const setup = 'SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup';
const world = 'C:\\world';
const log = 'C:\\world\\powershell';

/** Where the stand-ins keep what Wine does not have (accounts, the firewall). */
export const hostEnvironment = { TESTHOST_WORLD: world } as const;

const newComputer = async (name: string): Promise<WindowsComputer> => {
  const computer = await WindowsComputer.make(name);
  await computer.copy(places.exe, exePath);
  await computer.put(`${world}\\users.json`, '[]');
  // Wine 8 lets a folder inherit access also where its list is protected: there must be nothing to inherit.
  await chmod(computer.place('C:\\ProgramData'), 0o700);
  return computer;
};

/** How the stand-ins behave: values of their .ini files. */
export interface Behaviour {
  readonly installer?: Readonly<Record<string, string | number>>;
  readonly setDpmServer?: Readonly<Record<string, string | number>>;
}

const ini = (values: Readonly<Record<string, string | number>> = {}): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');

/** A computer without an agent; the medium with the agent is the folder `agents`. */
export const newProtectedComputer = async (
  name: string,
  behaviour: Behaviour = {},
  agents = 'C:\\Agents',
): Promise<WindowsComputer> => {
  const computer = await newComputer(name);
  await computer.copy(
    join(places.programs, 'DPMAgentInstaller_x64.exe'),
    `${agents}\\DPMAgentInstaller_x64.exe`,
  );
  await computer.copy(join(places.programs, 'SetDpmServer.exe'), `${agents}\\payload\\SetDpmServer.exe`);
  await computer.copy(join(places.programs, 'arguments.exe'), `${agents}\\payload\\DPMRA.exe`);
  await behave(computer, behaviour, agents);
  return computer;
};

export const behave = async (
  computer: WindowsComputer,
  { installer, setDpmServer }: Behaviour,
  agents = 'C:\\Agents',
): Promise<void> => {
  await computer.put(`${agents}\\DPMAgentInstaller_x64.ini`, ini(installer));
  await computer.put(`${agents}\\payload\\SetDpmServer.ini`, ini({ record: 1, ...setDpmServer }));
};

const attachNtlm = `param([string]$DPMServername, [string]$PSName, [string]$Username, [string]$Password)
if (-not $Password) { throw 'No password. (ID: 32680)' }
[IO.File]::WriteAllText("$PSScriptRoot\\password.txt", $Password)
[IO.File]::AppendAllText("$PSScriptRoot\\attached.txt", "$PSName\`n")
Write-Host "Attaching $PSName to $DPMServername for $Username"
`;

// As documented: given the DPM server's own file it removes every computer that is protected by certificate.
const attachCertificate = `param([string]$DPMServerName, [string]$PSCredential)
$text = [IO.File]::ReadAllText($PSCredential)
if ($text -like 'DPM server*') { [IO.File]::WriteAllText("$PSScriptRoot\\attached.txt", ''); return }
$name = [IO.Path]::GetFileNameWithoutExtension($PSCredential).Substring('CertificateConfiguration_'.Length)
[IO.File]::AppendAllText("$PSScriptRoot\\attached.txt", "$name\`n")
'Attach succeeded.'
`;

const dpmModule = `Write-Host 'Welcome to the DPM Management Shell!'
$bin = '${installPath}bin'
function Get-DPMProductionServer { param([string]$DPMServerName)
  foreach ($line in [IO.File]::ReadAllLines("$bin\\attached.txt")) {
    if ($line) { [pscustomobject]@{ ServerName = $line; MachineName = $line; Name = $line; ServerProtectionState = 'NoDatasourcesProtected' } } } }
function Update-DPMProductionServer { [CmdletBinding()]
  param([Parameter(Mandatory = $true)][ValidateNotNull()]$ProductionServer)
  if ([IO.File]::ReadAllLines("$bin\\attached.txt") -notcontains $ProductionServer.ServerName) { throw 'ID: 33232' }
  [IO.File]::AppendAllText("$bin\\refreshed.txt", "$($ProductionServer.ServerName)\`n") }
function Get-DPMDatasource { [CmdletBinding()]
  param([Parameter(Mandatory = $true)][ValidateNotNull()]$ProductionServer, [switch]$Inquire)
  [pscustomobject]@{ Name = 'C:\\'; Type = 'Volume'; ProductionServer = $ProductionServer; Protected = $false } }
function Set-DPMCredentials { [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
  param([string]$DPMServerName, [string]$Type, [string]$Action, [string]$OutputFilePath, [string]$Thumbprint, [string]$AuthCAThumbprint)
  if ($PSCmdlet.ShouldProcess($DPMServerName)) {
    [IO.File]::AppendAllText("$bin\\configured.txt", "$Action\`n")
    [IO.File]::WriteAllText("$OutputFilePath\\CertificateConfiguration_$DPMServerName.bin", "DPM server $DPMServerName certificate $Thumbprint") } }
Export-ModuleMember -Function *
`;

/** A DPM server that already protects another computer. */
export const newDpmServer = async (name: string): Promise<WindowsComputer> => {
  const computer = await newComputer(name);
  await computer.put(`${installPath}bin\\Attach-NonDomainServer.ps1`, attachNtlm);
  await computer.put(`${installPath}bin\\Attach-ProductionServerWithCertificate.ps1`, attachCertificate);
  await computer.put(`${installPath}bin\\attached.txt`, 'Old07\n');
  const module = `${installPath}Modules\\DataProtectionManager\\DataProtectionManager`;
  await computer.put(`${module}.psm1`, dpmModule);
  await computer.put(
    `${module}.psd1`,
    "@{ ModuleVersion = '1.0'; RootModule = 'DataProtectionManager.psm1'; FunctionsToExport = '*' }",
  );
  await computer.register({
    [setup]: { InstallPath: installPath, DatabasePath: 'C:\\DPMDB\\' },
    'SYSTEM\\CurrentControlSet\\Services\\MSDPM': {
      DisplayName: 'DPM',
      ImagePath: 'C:\\msdpm.exe',
      ObjectName: 'LocalSystem',
      Type: 16,
      Start: 2,
      ErrorControl: 1,
    },
  });
  return computer;
};

const nameOfScript = new Map<string, string>([
  ...[...Object.values(questionScripts), ...Object.values(actScripts), runScript, runCmdlet].map(
    (script) => [JSON.stringify(scriptArguments(script)), script.name] as const,
  ),
  [JSON.stringify(powershellArguments(consoleToolScript)), 'run-console-tool'],
]);

export interface Played {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: Readonly<Record<string, unknown>>;
  /** Command lines of every process, of the program itself on; long ones cut by Wine's trace. */
  readonly processes: readonly string[];
  /** The scripts that PowerShell was started with, by name; any other by its arguments. */
  readonly scripts: readonly string[];
}

/**
 * What preflight rightly says of a Wine prefix: it calls itself a Windows 10, has neither these services nor the runtimes,
 * and knows the other computer by no name. The checks run all the same; --ignore only keeps them from stopping.
 */
const notInWine = [
  'windows-version',
  'visual-cpp-2012',
  'dotnet-35',
  'name-resolution',
  'service-com-plus',
  'service-cryptographic',
  'service-wmi',
  'service-cpwrapper',
].join(',');

/** PowerShell's lines without the encoded script (its name stands below), and each of them once in a row. */
const shownLines = (processes: readonly string[]): readonly string[] => {
  const runs: { readonly line: string; count: number }[] = [];
  for (const process of processes) {
    const line = process.replace(/(-EncodedCommand) .*/s, '$1 …');
    const last = runs.at(-1);
    if (last?.line === line) last.count += 1;
    else runs.push({ line, count: 1 });
  }
  return runs.map(({ line, count }) => (count === 1 ? line : `${line} (${String(count)} times)`));
};

/** The run for the log of the whole suite. */
const writeDown = async (
  computer: WindowsComputer,
  { processes, exitCode }: Ran,
  scripts: readonly string[],
): Promise<void> => {
  const [program = '(nothing was started)', ...others] = shownLines(processes);
  await appendFile(
    places.processLog,
    [
      `${computer.name}> ${program}`,
      ...others.map((line) => `    ${line}`),
      `    scripts: ${scripts.join(', ')}`,
      `    ended with ${String(exitCode)}`,
      '',
    ].join('\n'),
  );
};

/** Runs dpm-prep.exe with --json on that computer; everything else is Windows' own. */
export const play = async (
  computer: WindowsComputer,
  args: readonly string[],
  more: Partial<RunRequest> = {},
): Promise<Played> => {
  await rm(computer.place(log), { recursive: true, force: true });
  await mkdir(computer.place(log));
  const { environment, ...rest } = more;
  const ran = await computer.run({
    path: exePath,
    arguments: [...args, '--json'],
    folder: 'C:\\dpm',
    limitMs: 240_000,
    ...rest,
    environment: { ...hostEnvironment, TESTHOST_LOG: log, DPM_PREP_IGNORE: notInWine, ...environment },
  });
  const scripts: string[] = [];
  for (const name of (await readdir(computer.place(log))).sort()) {
    const text = await readFile(join(computer.place(log), name), 'utf8');
    // Whoever kills a PowerShell at its start may leave its record empty.
    if (text === '') continue;
    const line = JSON.stringify(JSON.parse(text));
    scripts.push(nameOfScript.get(line) ?? line);
  }
  await writeDown(computer, ran, scripts);
  let report: Readonly<Record<string, unknown>> = {};
  try {
    report = JSON.parse(ran.stdout) as typeof report;
  } catch {
    report = { noJson: ran.stdout };
  }
  return { ...ran, report, scripts };
};

/** dpm-prep's own process that watches over a tool. */
const isKeeper = (line: string): boolean => /^"?C:\\dpm\\dpm-prep\.exe"? --keep \S+$/.test(line);

/** What was started beside PowerShell: Windows' own programs, with their arguments. */
export const tools = ({ processes }: Played): readonly string[] =>
  processes.slice(1).filter((line) => !/powershell\.exe/i.test(line) && !isKeeper(line));

/** Why a run ended as it did: the problem, and the checks that stopped it. */
export const why = ({ report }: Played): string => {
  const findings = (report.findings ?? []) as readonly {
    readonly status: string;
    readonly ignored: boolean;
  }[];
  return JSON.stringify([
    report.problem,
    ...findings.filter(({ status, ignored }) => status === 'fail' && !ignored),
  ]);
};
