// Runs every stage of the check in order and adds up the tests. A stage without tests counts as one test.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const results = mkdtempSync(join(tmpdir(), 'dpm-prep-ci-'));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
let passed = 0;
let failed = 0;

const run = (name, command, args) => {
  const begun = Date.now();
  process.stdout.write(`\n=== ${name}: ${[command, ...args].join(' ')}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  process.stdout.write(`=== ${name}: exit ${status}, ${Math.round((Date.now() - begun) / 1000)} s\n`);
  return status === 0;
};

const count = (good) => {
  if (good) passed += 1;
  else failed += 1;
};

// Counts a suite's tests from vitest's own JSON. In an extra suite a skipped test is a failed one: here everything
// that it needs is installed.
const suite = (script, { mayskip = false } = {}) => {
  const file = join(results, `${script.replaceAll(':', '-')}.json`);
  const good = run(script, 'npm', [
    'run',
    '--silent',
    script,
    '--',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  if (!existsSync(file)) {
    failed += 1;
    return;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  );
  for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
  passed += report.numPassedTests;
  failed += report.numFailedTests + (mayskip ? 0 : skipped.length);
  if (!good && report.numFailedTests === 0) failed += 1;
  if (good && report.numPassedTests === 0) failed += 1;
};

for (const script of ['format:check', 'lint', 'types', 'knip', 'build', 'docs:check', 'picture:check']) {
  if (scripts[script]) count(run(script, 'npm', ['run', '--silent', script]));
}
// What only Windows can show is skipped by name in the default suite.
suite('test', { mayskip: true });
const extra = ['test:powershell', 'test:netns', 'test:windows', 'test:torture', 'test:model', 'test:fleet'];
for (const script of extra) if (scripts[script]) suite(script);

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
