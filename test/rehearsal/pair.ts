import { isDeepStrictEqual } from 'node:util';
import { convertCertificate } from '../../src/certificate/index.js';
import type { Command } from '../../src/machine/command.js';
import type { CommandResult, Machine, PerformOptions } from '../../src/machine/machine.js';
import { openWorld, type World, type WorldOptions } from '../../src/rehearsal/world.js';
import type { LogEntry } from '../../src/rehearsal/log.js';
import { places } from '../../src/rehearsal/practice-files.js';
import { Secret } from '../../src/secret.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Tools that do not dawdle: what is tested is what they do. */
export const quick = { installMs: 1, configureMs: 1, scriptMs: 1, attachDelayMs: 0 } as const;

const goodPassword = 'Rehearsed-Word-1!';

/** A new practice pair in a folder that is gone afterwards. */
export const practise = async (options: WorldOptions = {}): Promise<World> =>
  openWorld({
    folder: `${temporaryFolder('practice')}/world`,
    ...options,
    behaviour: { ...quick, ...options.behaviour },
  });

export const perform = async (
  machine: Machine,
  command: Command,
  options: Partial<PerformOptions> = {},
): Promise<CommandResult> => machine.perform(command, { attended: false, ...options });

const withPassword = (text = goodPassword): { readonly password: Secret } => ({
  password: new Secret(text),
});

export const install = async (machine: Machine, ...words: readonly string[]): Promise<CommandResult> =>
  perform(machine, {
    kind: 'program',
    tool: 'DPMAgentInstaller_x64.exe',
    path: `${places.media}\\DPMAgentInstaller_x64.exe`,
    arguments: words.length === 0 ? ['/q', '/IAcceptEULA'] : words,
    long: true,
  });

export const setDpmServer = async (
  machine: Machine,
  words: string,
  options: Partial<PerformOptions> = withPassword(),
): Promise<CommandResult> =>
  perform(
    machine,
    {
      kind: 'program',
      tool: 'SetDpmServer.exe',
      path: `${places.agentBin}\\SetDpmServer.exe`,
      arguments: words.split(' '),
      asksPassword: 2,
    },
    { silenceMs: 20_000, ...options },
  );

export const script = async (
  machine: Machine,
  tool: string,
  parameters: Readonly<Record<string, string>>,
  options: Partial<PerformOptions> = withPassword(),
): Promise<CommandResult> =>
  perform(
    machine,
    {
      kind: 'script',
      tool,
      path: `${places.serverBin}\\${tool}`,
      parameters,
      takesPassword: options.password !== undefined,
    },
    options,
  );

export const attach = async (
  machine: Machine,
  names: { readonly dpm?: string; readonly ps?: string; readonly user?: string } = {},
  options: Partial<PerformOptions> = withPassword(),
): Promise<CommandResult> =>
  script(
    machine,
    'Attach-NonDomainServer.ps1',
    {
      DpmServername: names.dpm ?? 'Server01',
      PSName: names.ps ?? 'Finance01',
      Username: names.user ?? 'mark',
    },
    options,
  );

/** What a tool printed, in one text. */
export const said = (result: CommandResult): string => result.output.join('\n');

/** Imports the certificate that the practice authority issued, as import-cert does it. */
export const importIssued = async (world: World, name: string): Promise<string> => {
  const machine = world.machine(name);
  const issued = (await world.enrol(name))[name];
  if (!issued) throw new Error('nothing was issued');
  const bytes = await machine.files.read(issued.pfx, 100_000);
  const transfer = new Secret('Transfer-1!');
  const converted = convertCertificate(
    { name: issued.pfx, bytes, passwords: [new Secret(issued.password)] },
    transfer,
  );
  const result = await perform(
    machine,
    { kind: 'act', act: 'import-pfx', input: { pfx: converted.pfx.toString('base64') }, shown: '' },
    { password: transfer },
  );
  if (!isDeepStrictEqual(result.result, { thumbprints: [issued.thumbprint] })) throw new Error(said(result));
  return issued.thumbprint;
};

/** The runs that came to an end, `tool exit: what it did`. */
export const ended = (world: World): readonly string[] =>
  world
    .log()
    .filter((entry): entry is Extract<LogEntry, { event: 'ended' }> => entry.event === 'ended')
    .map(({ tool, exitCode, did }) => `${tool} ${String(exitCode)}: ${did.join(', ')}`);
