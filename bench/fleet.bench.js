import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { median } from './median.js';

export const title = 'Audit: 500 computers and 5 DPM servers compared, with one page (medians of 5 runs)';

const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = join(root, 'bin', 'dpm-prep.js');
const rounds = 5;

// Told by the process itself when it ends: its largest memory, in KB.
const peakHook = `data:text/javascript,${encodeURIComponent(
  "import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));",
)}`;

/**
 * One comparison: milliseconds, and megabytes of memory and of the page. Throws where fewer computers are ok.
 * @param {string} folder
 * @param {string} place
 * @param {number} wanted
 */
const merge = (folder, place, wanted) => {
  const page = join(folder, 'audit.html');
  const peakFile = join(folder, 'peak');
  const begun = process.hrtime.bigint();
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      ...['--import', peakHook, launcher, 'audit', '--merge', place],
      ...['--roster', join(folder, 'roster.csv'), '--output', page, '--json'],
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, PEAK_FILE: peakFile } },
  );
  const ms = Number(process.hrtime.bigint() - begun) / 1e6;
  const { ok } = JSON.parse(stdout).data.merged.counts;
  if (ok !== wanted) throw new Error(`${ok} computers are ok, ${wanted} should be (exit ${status})`);
  return { ms, peak: Number(readFileSync(peakFile, 'utf8')) / 1024, page: statSync(page).size / 1024 / 1024 };
};

export const measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-bench-'));
  try {
    const outfile = join(folder, 'fleet.mjs');
    await build({
      absWorkingDir: root,
      stdin: {
        contents:
          "export { makeFleet } from './test/support/audit-fleet.ts'; export { serializeAudit } from './src/audit/document.ts';",
        resolveDir: root,
      },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'warning',
    });
    /** @type {typeof import('../test/support/audit-fleet.js') & typeof import('../src/audit/document.js')} */
    const { makeFleet, serializeAudit } = await import(pathToFileURL(outfile).href);
    const fleet = makeFleet(500, 5);
    writeFileSync(
      join(folder, 'roster.csv'),
      ['psName', ...fleet.computers.map(({ computer }) => computer.netbiosName)].join('\n'),
    );
    /** @param {string} name */
    const write = (name) => {
      const place = join(folder, name);
      mkdirSync(place);
      for (const document of [...fleet.servers, ...fleet.computers]) {
        writeFileSync(join(place, `${document.computer.netbiosName}.audit.json`), serializeAudit(document));
      }
      return place;
    };
    const healthy = write('healthy');
    for (const document of fleet.computers) {
      document.restart = { pending: true, reasons: ['PendingFileRenameOperations'] };
      document.checks = {
        value: [
          { id: 'firewall-rules', status: 'fail', found: 'No inbound rule allows DPMRA.exe. '.repeat(10) },
        ],
        why: null,
      };
      document.version = { value: '10.22.99.0', why: null };
    }
    const troubled = write('troubled');
    return [
      { what: 'all is well', place: healthy, ok: 505 },
      { what: 'every computer has three faults', place: troubled, ok: 5 },
    ].flatMap(({ what, place, ok }) => {
      const runs = Array.from({ length: rounds }, () => merge(folder, place, ok));
      /** @param {'ms' | 'peak' | 'page'} key */
      const of = (key) => median(runs.map((run) => run[key]));
      return [
        { what: `${what}: time`, value: `${of('ms').toFixed(0)} ms`, wanted: 'at most 2,000' },
        { what: `${what}: memory`, value: `${of('peak').toFixed(0)} MB`, wanted: 'at most 300' },
        { what: `${what}: page`, value: `${of('page').toFixed(2)} MB`, wanted: 'at most 1.5' },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
