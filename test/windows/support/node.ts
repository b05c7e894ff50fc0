import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { bundleWorker } from '../../support/worker.js';
import { repository } from './places.js';
import type { WindowsComputer } from './wine.js';

/** Path of the Windows node.exe that dpm-prep.exe is made of. */
export const { windowsNode } = (await import('../../../scripts/build-exe.js')) as {
  readonly windowsNode: () => Promise<string>;
};

export const powershell = 'C:\\windows\\system32\\WindowsPowerShell\\v1.0\\powershell.exe';

/**
 * Runs a worker (TypeScript of `test/windows/workers`) in the Windows Node.js: `words`, then the paths of two files of
 * JSON, what it is asked and what it answers. Throws where it wrote to standard error.
 */
export const runWorker = async (
  computer: WindowsComputer,
  name: string,
  words: readonly string[],
  request: unknown,
  environment: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  const [asked, answered] = ['C:\\node\\request.json', 'C:\\node\\answer.json'] as const;
  const bundle = bundleWorker(new URL(`../workers/${name}.ts`, import.meta.url), temporaryFolder('worker'));
  const program = `C:\\node\\${basename(bundle)}`;
  await computer.copy(await windowsNode(), 'C:\\node\\node.exe');
  // What it starts with a keeper needs the program beside it.
  for (const part of ['bin', 'dist', 'package.json'])
    await computer.copy(join(repository, part), `C:\\node\\${part}`);
  await computer.copy(bundle, program);
  await computer.put(asked, JSON.stringify(request));
  const { stderr } = await computer.run({
    path: 'C:\\node\\node.exe',
    arguments: [program, ...words, asked, answered],
    environment,
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(await readFile(computer.place(answered), 'utf8'));
};
