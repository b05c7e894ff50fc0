import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { feed, runnerFolder, type FeedOptions } from './support/feed.js';
import { describeWith, part } from './support/parts.js';
import { places, repository } from './support/places.js';
import { WindowsComputer } from './support/wine.js';

const run = promisify(execFile);
const source = join(repository, 'src/powershell/console-tool.cs');
const tool = 'C:\\tool\\SetDpmServer.exe';
const password = 'Pä$$ wört"1{x}';

/** See stand-ins/SetDpmServer.c for what can be set. */
type Behaviour = Readonly<Record<string, string | number>>;

let computer: WindowsComputer;

const play = async (behaviour: Behaviour, options: Partial<FeedOptions> = {}) => {
  const passwords = computer.place('C:\\tool\\passwords');
  await rm(passwords, { force: true });
  const lines = Object.entries({ record: 1, ...behaviour }).map(([name, value]) => `${name}=${value}\n`);
  await computer.put('C:\\tool\\SetDpmServer.ini', lines.join(''));
  const fed = await feed(computer, {
    path: tool,
    arguments: ['-dpmServerName', 'Server01', '-isNonDomainServer', '-userName', 'mark'],
    password,
    ...options,
  });
  const read = existsSync(passwords) ? (await readFile(passwords, 'utf8')).trimEnd().split('\n') : [];
  return { fed, read };
};

describeWith(['Wine', 'mingw gcc', '.NET SDK'], 'the password on a real console', () => {
  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
    await computer.copy(places.consoleToolRunner, runnerFolder);
    await computer.copy(join(places.programs, 'SetDpmServer.exe'), tool);
  });
  afterAll(async () => {
    await computer.end();
  });

  const everyWay: readonly Behaviour[] = ['fgets', 'getch', 'readconsole', 'conin'].flatMap((read) => [
    { read },
    { read, prompt: 'buffered' },
    { read, prompt: 'console' },
    { read, flush: 300 },
  ]);

  it.each([
    ...everyWay,
    { read: 'getch', echo: 'stars' },
    { read: 'conin', echo: 'on' },
    { read: 'fgets', echo: 'on', flush: 300 },
    // Text without a line end, then work: no question. What was typed into it is thrown away by the flush.
    { read: 'getch', before: 4_000, flush: 0 },
    { read: 'conin', before: 4_000 },
  ])('arrives whole, twice: %o', async (behaviour) => {
    // fgets gives what the console's code page has; Wine's has no more than these.
    const { fed, read } = await play(behaviour);
    expect(read).toEqual([password, password]);
    expect(fed).toMatchObject({ Ending: 'ended', ExitCode: 0 });
    expect(fed.Output).toContain('Configuration completed successfully!!!');
  });

  it('arrives once where it is asked for once', async () => {
    const { fed, read } = await play({ read: 'getch', asks: 1 });
    expect(read).toEqual([password]);
    expect(fed).toMatchObject({ Ending: 'ended', ExitCode: 0, Answers: 1 });
  });

  it('is not typed for a tool that never asks', async () => {
    const { fed } = await play({ read: 'never', asks: 0, work: 1_500 });
    expect(fed).toMatchObject({ Ending: 'ended', ExitCode: 0, Answers: 0, Screen: [] });
  });

  it('is typed twice and no more: a third question ends in time', async () => {
    const { fed, read } = await play({ read: 'conin', asks: 3 }, { silenceMs: 4_000 });
    expect(read).toEqual([password, password]);
    expect(fed).toMatchObject({ Ending: 'no-end', Answers: 2 });
    expect(fed.Output).toMatch(/Confirm the password: $/);
  });

  it.each(['(J/N)? ', '[Y/N]', '(O/N) :', '[Да/Нет]: '])(
    'is not an answer to a choice that ends with %s',
    async (choice) => {
      const { fed, read } = await play(
        { read: 'conin', question: `Overwrite ${choice}` },
        { silenceMs: 5_000 },
      );
      expect(read).toEqual([]);
      expect(fed).toMatchObject({ Ending: 'no-end', Answers: 0, AskedChoice: true });
      expect(fed.Output).toContain('Overwrite');
    },
  );

  it('is hidden where a tool prints it, in whatever code page', async () => {
    const withEuro = 'Pä$$ wört"1€!';
    const { fed, read } = await play({ read: 'readconsole', refuse: 1 }, { password: withEuro });
    expect(read).toEqual([withEuro, withEuro]);
    expect(fed).toMatchObject({ Ending: 'ended', ExitCode: 1 });
    expect(fed.Output).toContain('The password [hidden] does not meet the policy');
  });

  it('is hidden where the console shows it, also across two rows', async () => {
    const long = `Pa$$word-${'x'.repeat(90)}`;
    const { fed, read } = await play({ read: 'conin', echo: 'on' }, { password: long });
    expect(read).toEqual([long, long]);
    expect(fed.Screen).toEqual(['[hidden]', '[hidden]']);
  });

  it('leaves a tool alone that works for long after it was answered', async () => {
    const { fed } = await play({ read: 'getch', work: 5_000 });
    expect(fed).toMatchObject({ Ending: 'ended', ExitCode: 0, Answers: 2 });
  });

  it('says so where the tool cannot be started', async () => {
    const { fed } = await play({}, { path: 'C:\\tool\\missing.exe' });
    expect(fed).toMatchObject({ Ending: 'refused', ExitCode: 0 });
    expect(fed.Error).toContain('Windows error 2');
  });
});

describeWith(['.NET SDK'], 'the source that Add-Type gets', () => {
  const compile = async (file: string): Promise<string> => {
    const project = join(repository, 'test/windows/support/console-tool-5.1');
    const out = temporaryFolder('csharp');
    const { stdout } = await run(
      part('.NET SDK'),
      ['build', project, '-c', 'Release', '-o', out, '--nologo', '--no-incremental', `-p:Source=${file}`],
      { maxBuffer: 10_000_000 },
    ).catch((error: unknown) => error as { readonly stdout: string });
    return stdout;
  };

  it.each([
    ['console-tool.cs', source],
    ['key-record.cs', join(repository, 'src/powershell/key-record.cs')],
  ])('is C# 5 and .NET Framework: what Windows PowerShell 5.1 compiles (%s)', async (_, file) => {
    expect(await compile(file)).toContain('0 Error(s)');
  });

  it.each([
    ['a string interpolation', 'static string A(int b) { return $"{b}"; }', 'CS8026'],
    ['a null-conditional operator', 'static string A(object b) { return b?.ToString(); }', 'CS8026'],
    ['a type of newer .NET', 'static System.HashCode A() { return new System.HashCode(); }', 'CS0234'],
  ])('%s in it is an error', async (_what, code, error) => {
    const folder = temporaryFolder('newer');
    const file = join(folder, 'newer.cs');
    const text = await readFile(source, 'utf8');
    await writeFile(
      file,
      text.replace(
        'public static class ConsoleTool\n    {',
        `public static class ConsoleTool\n    {\n${code}`,
      ),
    );
    expect(await compile(file)).toContain(`error ${error}`);
  });
});
