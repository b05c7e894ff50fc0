// npm run coverage [-- test files]: what the tests cover, their child processes included.
//
// Most tests start dpm-prep as a process, and that runs dist/. Node writes what each process covered; the source maps of dist/
// lead back to src/. The rest, what runs in the process of a test, is counted by vitest. A place counts as covered if it
// is by either. What a process covered that was killed is lost, so the figures are a lower bound.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoverageReport } from 'monocart-coverage-reports';
import { root } from './build.js';

/**
 * What is used of Istanbul's format.
 * @typedef {{ line: number, column: number }} Place
 * @typedef {{ start: Place }} Range
 * @typedef {{
 *   path: string,
 *   statementMap: Record<string, Range>,
 *   fnMap: Record<string, { loc: Range }>,
 *   branchMap: Record<string, { locations: Range[] }>,
 *   s: Record<string, number>,
 *   f: Record<string, number>,
 *   b: Record<string, number[]>,
 * }} FileCoverage
 * @typedef {'lines' | 'functions' | 'branches'} Kind
 * @typedef {Record<Kind, Map<string, boolean>>} Covered
 */

/** @type {readonly Kind[]} */
const kinds = ['lines', 'functions', 'branches'];

/** @param {Range} range */
const at = ({ start }) => `${String(start.line)}:${String(start.column)}`;

/**
 * By line, by place of a function and by place of a branch: whether it was reached.
 * @param {FileCoverage} file
 * @returns {Covered}
 */
const coveredIn = ({ statementMap, fnMap, branchMap, s, f, b }) => {
  /** @type {Covered} */
  const covered = { lines: new Map(), functions: new Map(), branches: new Map() };
  /**
   * @param {Kind} kind
   * @param {string} place
   * @param {number | undefined} count
   */
  const note = (kind, place, count = 0) =>
    covered[kind].set(place, (covered[kind].get(place) ?? false) || count > 0);
  for (const [id, range] of Object.entries(statementMap)) note('lines', String(range.start.line), s[id]);
  for (const [id, { loc }] of Object.entries(fnMap)) note('functions', at(loc), f[id]);
  for (const [id, { locations }] of Object.entries(branchMap))
    locations.forEach((range, index) => note('branches', at(range), b[id]?.[index]));
  return covered;
};

/**
 * Every file by its path below the root.
 * @param {string} path
 * @returns {Map<string, Covered>}
 */
const read = (path) => {
  /** @type {Record<string, FileCoverage>} */
  const files = JSON.parse(readFileSync(path, 'utf8'));
  return new Map(
    Object.values(files).map((file) => [
      relative(root, resolve(root, file.path)).replaceAll('\\', '/'),
      coveredIn(file),
    ]),
  );
};

const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-coverage-'));
const children = join(folder, 'children');
const only = process.argv.slice(2);
try {
  const { status } = spawnSync(
    process.execPath,
    [
      ...[join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'test/coverage.config.ts'],
      ...[`--coverage.reportsDirectory=${join(folder, 'own')}`, ...only],
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, DPM_PREP_COVERAGE_OF_CHILDREN: children } },
  );

  const report = new CoverageReport({
    name: 'child processes',
    outputDir: join(folder, 'report'),
    baseDir: root,
    logging: 'error',
    reports: [['json', { file: 'children.json' }]],
    entryFilter: ({ url }) => url.includes('/dist/'),
    sourceFilter: (path) => path.startsWith('src/'),
    // The maps of dist/ name their sources and do not hold them, to keep the package small.
    sourceMapResolver: async (url) => {
      const map = fileURLToPath(url);
      /** @type {{ sources: string[], sourcesContent?: string[] }} */
      const content = JSON.parse(readFileSync(map, 'utf8'));
      const files = content.sources.map((source) => resolve(dirname(map), source));
      return {
        ...content,
        sources: files.map((file) => relative(root, file)),
        sourcesContent: files.map((file) => readFileSync(file, 'utf8')),
      };
    },
  });
  await report.addFromDir(children);
  await report.generate();
  const own = read(join(folder, 'own', 'coverage-final.json'));
  const theirs = read(join(folder, 'report', 'children.json'));

  const total = { lines: [0, 0], functions: [0, 0], branches: [0, 0] };
  const rows = [...own].map(([path, covered]) => {
    const others = theirs.get(path);
    const missed = kinds.map((kind) => {
      const places = [...covered[kind]];
      const reached = places.filter(([place, here]) => here || others?.[kind].get(place) === true).length;
      total[kind][0] = (total[kind][0] ?? 0) + reached;
      total[kind][1] = (total[kind][1] ?? 0) + places.length;
      return places.length - reached;
    });
    return { path, missed, sum: missed.reduce((a, b) => a + b, 0) };
  });
  process.stdout.write('\nNot reached (lines, functions, branches), the worst 25 files:\n');
  for (const { path, missed, sum } of rows.sort((a, b) => b.sum - a.sum).slice(0, 25))
    if (sum > 0) process.stdout.write(`${missed.map((n) => String(n).padStart(5)).join('')}  ${path}\n`);
  process.stdout.write(`\n${String(theirs.size)} files were reached by child processes.\n`);
  for (const kind of kinds) {
    const [reached = 0, all = 0] = total[kind];
    process.stdout.write(`${kind}: ${((100 * reached) / Math.max(all, 1)).toFixed(1)} % of ${String(all)}\n`);
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
