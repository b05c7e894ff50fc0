import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { part } from './parts.js';
import { places } from './places.js';

/*
 * Windows programs under Wine. A run counts by what it printed or wrote, never by an exit code of 0 alone: under Wine a
 * program without a console, or one that was killed, also ends with 0. So every program gets a hidden console and
 * Windows pipes from a Windows launcher (launch.c), and a time limit that ends it.
 */

export interface RunRequest {
  /** As Windows writes it. */
  readonly path: string;
  readonly arguments?: readonly string[];
  readonly folder?: string;
  /** Standard input; it is ended afterwards. */
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly limitMs?: number;
  /** Ctrl-C on the console of the program after this time. */
  readonly interruptMs?: number;
  /** Ends the program (TerminateProcess) after this time, and nothing that it started. */
  readonly killMs?: number;
  /** Without a console: DETACHED_PROCESS. */
  readonly noConsole?: boolean;
}

export interface Ran {
  /** Null where it was ended by the time limit, or killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every process that was started, with its arguments, as Windows was told; in order, the program itself first. */
  readonly processes: readonly string[];
}

/** Quoted as CommandLineToArgvW takes it apart. */
const commandLine = (words: readonly string[]): string =>
  words
    .map((word) =>
      word !== '' && !/[\s"]/.test(word)
        ? word
        : `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`,
    )
    .join(' ');

/** A path of Linux as Wine shows it to Windows programs. */
const asWindows = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

const started = async (
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  log: string | null,
): Promise<void> => {
  // A Linux pipe as standard input or output breaks node.exe: files or nothing.
  const errors = log === null ? null : await open(log, 'w');
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', errors === null ? 'ignore' : errors.fd],
    env: { ...process.env, ...environment },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      resolve();
    });
  });
  await errors?.close();
};

export const makeBasePrefix = async (): Promise<void> => {
  if (existsSync(join(places.basePrefix, 'ready'))) return;
  process.stdout.write('making a Wine prefix\n');
  await rm(places.basePrefix, { recursive: true, force: true });
  await mkdir(dirname(places.basePrefix), { recursive: true });
  const environment = { WINEPREFIX: places.basePrefix, WINEDEBUG: '-all' };
  await started(part('Wine'), ['winecfg', '-v', 'win10'], environment, null);
  await started(join(dirname(part('Wine')), 'wineserver'), ['-w'], environment, null);
  await writeFile(join(places.basePrefix, 'ready'), '');
};

/** Where Windows PowerShell is. Wine's own powershell.exe does nothing and ends with 0. */
const powershellFolder = 'drive_c/windows/system32/WindowsPowerShell/v1.0';

/** Puts the whole PowerShell (built by build-host.js) in place of Wine's powershell.exe. */
export const putPowerShell = async (host: string): Promise<void> => {
  const stamp = join(places.basePrefix, 'powershell');
  const built = await readFile(join(host, '.source'), 'utf8');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === built) return;
  const folder = join(places.basePrefix, powershellFolder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await started('cp', ['-al', host, folder], {}, null);
  await writeFile(stamp, built);
};

/**
 * What Wine's own trace says of started processes: trace:process:CreateProcessInternalW app L"..." cmdline L"...". From
 * the program itself on: before it Wine starts its own services.
 */
const processesOf = (trace: string, program: string): readonly string[] => {
  const lines = [
    ...trace.matchAll(/CreateProcessInternalW app (?:\(null\)|L"(?:.*?)") cmdline L"(.*)"(?:\.\.\.)?$/gm),
  ]
    .map(([, line = '']) => line.replaceAll('\\"', '"').replaceAll('\\\\', '\\'))
    .filter(
      (line) =>
        !/\\(?:conhost|winemenubuilder|rpcss|svchost|plugplay|services|winedevice|explorer)\.exe"?(?: |$)/i.test(
          line,
        ),
    );
  return lines.slice(lines.findIndex((line) => line.includes(program)));
};

/**
 * .NET under Wine 8 crashes now and then in its collector (Internal CLR error in DestroyScout.Finalize), or hangs: Wine's
 * double mappings of executable memory. One mapping, no background collection, and rarely any at all.
 */
const underWine = {
  // Version 7 writes colours into pipes as well.
  NO_COLOR: '1',
  DOTNET_EnableWriteXorExecute: '0',
  DOTNET_gcConcurrent: '0',
  DOTNET_GCgen0size: '0x10000000',
} as const;

/** One Windows computer: a Wine prefix of its own, and a name of its own. */
export class WindowsComputer {
  readonly prefix: string;
  readonly name: string;

  private constructor(prefix: string, name: string) {
    this.prefix = prefix;
    this.name = name;
  }

  static async make(name: string): Promise<WindowsComputer> {
    await mkdir(places.cache, { recursive: true });
    const prefix = join(await mkdtemp(join(places.cache, 'computer-')), 'prefix');
    // Hard links, but for the registry, which Wine writes in place where a file has several names.
    await started('cp', ['-al', places.basePrefix, prefix], {}, null);
    for (const file of await readdir(prefix)) {
      if (!file.endsWith('.reg')) continue;
      const path = join(prefix, file);
      const content = await readFile(path);
      await rm(path);
      await writeFile(path, content);
    }
    return new WindowsComputer(prefix, name);
  }

  /** Where this computer's C:\... is on Linux. */
  place(windowsPath: string): string {
    if (!/^C:\\/i.test(windowsPath)) throw new Error(`${windowsPath} is not on drive C.`);
    return join(this.prefix, 'drive_c', ...windowsPath.slice(3).split('\\'));
  }

  async put(windowsPath: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.place(windowsPath)), { recursive: true });
    await rm(this.place(windowsPath), { force: true });
    await writeFile(this.place(windowsPath), content);
  }

  /** Adds to the registry: a key below HKLM → its values. */
  async register(keys: Readonly<Record<string, Readonly<Record<string, string | number>>>>): Promise<void> {
    const text = Object.entries(keys)
      .map(([key, values]) => {
        const rows = Object.entries(values).map(
          ([name, value]) =>
            `"${name}"=${typeof value === 'number' ? `dword:${value.toString(16).padStart(8, '0')}` : JSON.stringify(value)}\r\n`,
        );
        return `[HKEY_LOCAL_MACHINE\\${key}]\r\n${rows.join('')}\r\n`;
      })
      .join('');
    const file = 'C:\\register.reg';
    await this.put(file, Buffer.from(`\ufeffWindows Registry Editor Version 5.00\r\n\r\n${text}`, 'utf16le'));
    await this.run({ path: 'C:\\windows\\system32\\reg.exe', arguments: ['import', file] });
  }

  async copy(linuxPath: string, windowsPath: string): Promise<void> {
    await mkdir(dirname(this.place(windowsPath)), { recursive: true });
    await rm(this.place(windowsPath), { recursive: true, force: true });
    await cp(linuxPath, this.place(windowsPath), { recursive: true });
  }

  /**
   * Its services start, and stay. Afterwards it does not see the files of Linux: it is reached as another computer is, and
   * `run` is not possible.
   */
  async boot(): Promise<void> {
    const server = join(dirname(part('Wine')), 'wineserver');
    const [program, ...words] = this.wine;
    // A wineserver that stays.
    await started(server, ['-p'], this.environment, null);
    await this.copy(join(places.programs, 'pump.exe'), 'C:\\windows\\pump.exe');
    await started(
      program,
      [...words, 'C:\\windows\\pump.exe'],
      { ...this.environment, PUMP_LINE: 'cmd /c exit 0' },
      null,
    );
    await rm(join(this.prefix, 'dosdevices/z:'), { force: true });
  }

  /** The words that start Wine on this computer, for a terminal of one's own; with `environment`. */
  get wine(): readonly [string, ...string[]] {
    return ['unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', this.name, part('Wine')];
  }

  get environment(): Readonly<Record<string, string>> {
    // Wine gives a console no title, which Node 22 does not survive when something reads process.title.
    return { WINEPREFIX: this.prefix, WINEDEBUG: '-all', NODE_OPTIONS: '--title=x', ...underWine };
  }

  async run(request: RunRequest): Promise<Ran> {
    const folder = join(dirname(this.prefix), `run-${randomUUID()}`);
    await mkdir(folder);
    const file = (name: string): string => join(folder, name);
    if (request.input !== undefined) await writeFile(file('stdin'), request.input);
    const spec = {
      path: request.path,
      line: commandLine([request.path, ...(request.arguments ?? [])]).replaceAll('\n', '\u0001'),
      folder: request.folder ?? 'C:\\',
      limit: String(request.limitMs ?? 60_000),
      ...(request.input === undefined ? {} : { stdin: asWindows(file('stdin')) }),
      stdout: asWindows(file('stdout')),
      stderr: asWindows(file('stderr')),
      result: asWindows(file('result')),
      ...(request.interruptMs === undefined ? {} : { interrupt: String(request.interruptMs) }),
      ...(request.killMs === undefined ? {} : { kill: String(request.killMs) }),
      ...(request.noConsole === true ? { console: 'none' } : {}),
    };
    await writeFile(
      file('spec'),
      Object.entries(spec)
        .map(([name, value]) => `${name} ${value}\n`)
        .join(''),
    );
    const [program, ...words] = this.wine;
    await started(
      program,
      [...words, asWindows(places.launcher), asWindows(file('spec'))],
      { ...this.environment, WINEDEBUG: '-all,trace+process', ...request.environment },
      file('trace'),
    );
    if (!existsSync(file('result'))) throw new Error('The launcher did not come to its end under Wine.');
    const [ending, number] = (await readFile(file('result'), 'utf8')).split(' ');
    if (ending === 'error')
      throw new Error(`${request.path} could not be started: Windows error ${number ?? ''}`);
    const ran: Ran = {
      exitCode: ending === 'exit' ? Number(number) : null,
      stdout: await readFile(file('stdout'), 'utf8'),
      stderr: await readFile(file('stderr'), 'utf8'),
      processes: processesOf(await readFile(file('trace'), 'utf8'), request.path),
    };
    // What outlives a killed program may still hold a file of it.
    if (request.killMs === undefined) await rm(folder, { recursive: true });
    return ran;
  }

  /** Ends every program of this computer and removes it. */
  async end(): Promise<void> {
    const server = join(dirname(part('Wine')), 'wineserver');
    await started(server, ['-k'], { WINEPREFIX: this.prefix }, null);
    await started(server, ['-w'], { WINEPREFIX: this.prefix }, null);
    await rm(dirname(this.prefix), { recursive: true, force: true });
  }
}
