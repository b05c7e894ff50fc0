import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostileValues } from '../support/hostile-values.js';
import { feed, runnerFolder } from './support/feed.js';
import { describeWith } from './support/parts.js';
import { places } from './support/places.js';
import { runWorker } from './support/node.js';
import { WindowsComputer } from './support/wine.js';

/** What a Windows command line cannot carry: NUL, and half of a character, which is not text. */
const noText = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const values = [
  ...['back\\"', 'space back\\', '^&|<>', 'Zürich €', 'наверх', '--flag=va lue', '/IAcceptEULA', 'tab\tin'],
  ...hostileValues(2_800),
]
  .filter((value) => !noText.test(value))
  .slice(0, 2_000);

/** Windows takes 32,767 characters; every one may need another in front of it, and quotes. */
const runs = values.reduce<string[][]>(
  (all, value) => {
    const length = (words: readonly string[]): number =>
      words.reduce((sum, word) => sum + 2 * word.length + 3, 0);
    const last = all.at(-1) ?? [];
    if (length(last) + length([value]) > 32_000) all.push([value]);
    else last.push(value);
    return all;
  },
  [[]],
);

const program = 'C:\\with space\\arguments.exe';
/** What arguments.exe printed: each argument ended by a NUL. */
const received = (bytes: Buffer): readonly string[] => bytes.toString('utf8').split('\0').slice(0, -1);

describeWith(['Wine', 'mingw gcc', '.NET SDK'], '2,000 hostile arguments for a Windows program', () => {
  let computer: WindowsComputer;

  beforeAll(async () => {
    expect(values).toHaveLength(2_000);
    computer = await WindowsComputer.make('Finance01');
    await computer.copy(join(places.programs, 'arguments.exe'), program);
  });
  afterAll(async () => {
    await computer.end();
  });

  it('arrive verbatim where machine/process.ts starts it', async () => {
    const results = (await runWorker(computer, 'run-program', [], { path: program, runs })) as readonly {
      readonly ending: string;
      readonly output: string;
    }[];
    expect(results.map(({ ending }) => ending)).toEqual(runs.map(() => 'ended'));
    expect(results.flatMap(({ output }) => received(Buffer.from(output, 'base64')))).toEqual(values);
  });

  it('arrive verbatim where console-tool.cs starts it on a hidden console', async () => {
    await computer.copy(places.consoleToolRunner, runnerFolder);
    const all: string[] = [];
    for (const words of runs) {
      const fed = await feed(computer, { path: program, arguments: words, password: 'never typed' });
      expect(fed).toMatchObject({ Ending: 'ended', Answers: 0 });
      all.push(...received(Buffer.from(fed.Output, 'latin1')));
    }
    expect(all).toEqual(values);
  });
});
