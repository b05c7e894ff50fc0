import type { Verdict } from './check.js';

export const pass = (found: string): Verdict => ({ status: 'pass', found });

export const warn = (found: string, ...fix: readonly string[]): Verdict => ({ status: 'warn', found, fix });

export const fail = (found: string, ...fix: readonly string[]): Verdict => ({ status: 'fail', found, fix });

export const notApplicable = (found: string): Verdict => ({ status: 'not-applicable', found });

export const couldNotCheck = (found: string, ...fix: readonly string[]): Verdict => ({
  status: 'could-not-check',
  found,
  fix,
});
