import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** A program in this folder finds bin/dpm-prep.js beside it, as it does in the package: what it starts with a keeper needs it. */
const putLauncher = (folder: string): void => {
  if (existsSync(join(folder, 'bin'))) return;
  const inPackage = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  try {
    symlinkSync(inPackage('bin'), join(folder, 'bin'), 'junction');
  } catch {
    // Some file systems, and Wine, have no links.
    for (const name of ['bin', 'dist', 'package.json'])
      cpSync(inPackage(name), join(folder, name), { recursive: true });
  }
};

/** Bundles a worker (TypeScript) into a program that a child process can run; gives back its path. */
export const bundleWorker = (entry: URL, folder: string): string => {
  const outfile = join(folder, `${basename(entry.pathname, '.ts')}.mjs`);
  putLauncher(folder);
  buildSync({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    loader: { '.ps1': 'text', '.cs': 'text' },
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
  });
  return outfile;
};
