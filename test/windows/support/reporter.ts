import { existsSync, readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { places } from './places.js';

/** Ends the run with one line for a script: "N passed, N failed". */
export default class Sum implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.result().state === 'skipped') process.stdout.write(`not run: ${test.fullName}\n`);
      }
    }
    if (existsSync(places.processLog)) {
      process.stdout.write(
        `\nEvery process that dpm-prep.exe started:\n${readFileSync(places.processLog, 'utf8')}`,
      );
    }
    process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
  }
}
