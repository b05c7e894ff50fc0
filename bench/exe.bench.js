import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './median.js';

export const title =
  'dpm-prep.exe under Wine, over node.exe with the same bundle (medians of 15 interleaved runs)';

const root = fileURLToPath(new URL('..', import.meta.url));
const exe = join(root, 'dist-exe', 'dpm-prep.exe');
const bundle = join(root, 'dist-exe', 'dpm-prep.cjs');
const rounds = 15;

export const measure = async () => {
  const wine = ['/usr/lib/wine/wine64', '/usr/bin/wine64'].find((path) => existsSync(path));
  if (wine === undefined || !existsSync(exe) || !existsSync(bundle)) {
    return [{ what: 'not measured', value: 'needs Wine and "npm run build:exe"' }];
  }
  const { windowsNode } = await import('../scripts/build-exe.js');
  const nodeExe = await windowsNode();
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-bench-'));
  const environment = {
    ...process.env,
    WINEPREFIX: join(folder, 'prefix'),
    WINEDEBUG: '-all',
    // Wine gives a console no title, which Node 22 does not survive when something reads process.title.
    NODE_OPTIONS: '--title=x',
  };
  try {
    // Both in one folder of one prefix: nothing but the program differs.
    copyFileSync(exe, join(folder, 'dpm-prep.exe'));
    copyFileSync(nodeExe, join(folder, 'node.exe'));
    copyFileSync(bundle, join(folder, 'dpm-prep.cjs'));
    /** @param {readonly string[]} args */
    const once = (args) => {
      const begun = process.hrtime.bigint();
      const { status } = spawnSync(wine, args, { cwd: folder, env: environment, stdio: 'ignore' });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
      return Number(process.hrtime.bigint() - begun) / 1e6;
    };
    // A new prefix says to be Windows 7, where Node does not start.
    spawnSync(wine, ['winecfg', '-v', 'win10'], { env: environment, stdio: 'ignore' });
    /** @type {Record<'exe' | 'node', number[]>} */
    const times = { exe: [], node: [] };
    for (let round = 0; round < rounds + 2; round += 1) {
      const measured = {
        exe: once(['dpm-prep.exe', '--version']),
        node: once(['node.exe', 'dpm-prep.cjs', '--version']),
      };
      // The first rounds start Wine's own services.
      if (round < 2) continue;
      times.exe.push(measured.exe);
      times.node.push(measured.node);
    }
    return [
      { what: 'node.exe dpm-prep.cjs --version', value: `${median(times.node).toFixed(0)} ms` },
      {
        what: 'dpm-prep.exe --version',
        value: `${(median(times.exe) / median(times.node)).toFixed(2)} times`,
        wanted: 'at most 1',
      },
    ];
  } finally {
    spawnSync(join(dirname(wine), 'wineserver'), ['-k'], { env: environment, stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
};
