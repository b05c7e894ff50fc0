import { describe, expect, it } from 'vitest';
import { dpmPrep } from '../support/cli.js';

// A fault in the program that no input can cause: a function of the language that throws, where rows of the table are made.
const broken = `data:text/javascript,${encodeURIComponent(
  `const { filter } = Array.prototype;
   Array.prototype.filter = function (...given) {
     if (this[0]?.workload !== undefined) throw new TypeError('planted');
     return filter.apply(this, given);
   };`,
)}`;
const scenarios = async (...more: readonly string[]) =>
  dpmPrep(['scenarios', '--workload', 'files', ...more], {
    environment: { NODE_OPTIONS: `--import ${broken}` },
  });

describe('a bug', () => {
  it('says how to get more, and shows no stack', async () => {
    const { code, stdout, stderr } = await scenarios();
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('This is a bug in dpm-prep: TypeError: planted');
    expect(stdout + stderr).toContain('--verbose');
    expect(stdout + stderr).not.toMatch(/\.[jt]s:\d+/);
  });

  it('shows with --verbose the lines of the sources, not of the bundle', async () => {
    const { code, stdout, stderr } = await scenarios('--verbose');
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/[( ]src\/[\w/-]+\.ts:\d+:\d+/);
    expect(stdout + stderr).not.toMatch(/dist\/[\w-]+\.js/);
  });
});
