// Bundles src/ into dist/: one small entry and lazily loaded chunks, so that --help loads next to nothing.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, notices } from './bundled.js';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * commander can start programs as its subcommands, which is not for us: only src/machine/process.ts starts any. Without
 * node:child_process it also loads sooner.
 * @type {import('esbuild').Plugin}
 */
const noSubprograms = {
  name: 'no-subprograms',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer)
        ? { path: 'child_process', namespace: 'no-subprograms' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'no-subprograms' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Chunks are loaded by require(), which does without the event loop's turns of import(): a check of one certificate ends
 * 5 ms sooner. The word is as long as the one that it replaces, so that the source map still fits.
 * @param {string} text
 */
const loadedByRequire = (text) => text.replaceAll(/\bimport\((?="\.\/)/g, '__load(');

/**
 * Bundles; without `write` only the account of what would be in dist/ is made.
 * @param {{ readonly write: boolean }} options
 */
export const bundle = async ({ write }) => {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/main.ts',
      keeper: 'src/machine/keeper/main.ts',
      practice: 'src/rehearsal/main.ts',
    },
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    loader: { '.ps1': 'text', '.cs': 'text' },
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    plugins: [noSubprograms],
    logLevel: 'warning',
    // Bundled CommonJS packages call require() for node's own modules.
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url); const __load = async (id) => require(id);",
    },
  });
  for (const { path, contents, text } of write ? outputFiles : []) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, path.endsWith('.js') ? loadedByRequire(text) : contents);
  }
  return bundledPackages(root, metafile);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
  const packages = await bundle({ write: true });
  await writeFile(new URL('../dist/third-party.txt', import.meta.url), notices(packages));
}
