import { ESLint } from 'eslint';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

// The linter of this repository, with its real configuration, on code that breaks the rules of docs/architecture.md.

const root = join(import.meta.dirname, '..');

const eslint = new ESLint({
  cwd: root,
  // Types play no part in these rules, and a planted file does not belong to the project that has them.
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

/** What the linter says about `text` if it stood in `path`: rule and message. */
const judge = async (path: string, text: string): Promise<readonly string[]> => {
  const results = await eslint.lintText(text, { filePath: join(root, path) });
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message }) => `${ruleId ?? 'error'}: ${message}`),
  );
};

/** Imports of a file of `src/`, each used for nothing but its effects. */
const importing = (...from: string[]): string => from.map((path) => `import '${path}';\n`).join('');

const refused = [
  ['a fact that imports a step', 'src/dpm/planted.ts', '../steps/step.js'],
  [
    'a check of certificates that imports the practice pair',
    'src/certificate/planted.ts',
    '../rehearsal/world.js',
  ],
  ['a step that imports the screen', 'src/steps/planted.ts', '../show/screen.js'],
  ['a step that imports Windows', 'src/steps/planted.ts', '../machine/windows/bridge.js'],
  ['a step that starts processes', 'src/steps/planted.ts', '../machine/process.js'],
  ['a runner that imports Windows', 'src/run/planted.ts', '../machine/windows/bridge.js'],
  ['application/ that imports a command', 'src/application/planted.ts', '../commands/status/run.js'],
  ['application/ that imports the list of commands', 'src/application/planted.ts', '../commands/index.js'],
  ['a command that imports another', 'src/commands/attach/planted.ts', '../status/run.js'],
  ['a command that imports the list of commands', 'src/commands/attach/planted.ts', '../index.js'],
  ['a command that imports the entry', 'src/commands/attach/planted.ts', '../../main.js'],
  ['a screen that imports the practice pair', 'src/show/planted.ts', '../rehearsal/world.js'],
] as const;

test.each(refused)('refuses %s', async (_what, path, from) => {
  const found = await judge(path, importing(from));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^boundaries\/dependencies: .*docs\/architecture\.md/);
});

test('allows what the table allows', async () => {
  expect(await judge('src/steps/planted.ts', importing('../dpm/names.js', '../machine/machine.js'))).toEqual(
    [],
  );
  expect(
    await judge('src/commands/attach/planted.ts', importing('./spec.js', '../../show/screen.js')),
  ).toEqual([]);
});

test('refuses a folder that the rules do not name', async () => {
  expect(await judge('src/attic/planted.ts', importing('../problem.js'))).toContainEqual(
    expect.stringMatching(/^boundaries\/no-unknown-files: /),
  );
});

test('refuses a file beside the folders that the rules do not name', async () => {
  expect(await judge('src/planted.ts', '')).toContainEqual(
    expect.stringMatching(/^boundaries\/no-unknown-files: /),
  );
});

test('refuses an import cycle', async () => {
  // state-folder.ts imports clean.ts: this closes a circle.
  expect(await judge('src/clean.ts', importing('./run/state-folder.js'))).toContainEqual(
    expect.stringMatching(/^import-x\/no-cycle: Dependency cycle/),
  );
});

test('refuses a process, the terminal and an exit outside their folders', async () => {
  const found = await judge(
    'src/steps/planted.ts',
    "import 'execa';\nimport 'inquirer';\nprocess.stdout.write('');\nprocess.exit();\n",
  );
  expect(found).toHaveLength(4);
  for (const message of found) expect(message).toContain('docs/architecture.md');
});
