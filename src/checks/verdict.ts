import type { Verdict } from './check.js';

export const pass = (found: string): Verdict => ({ status: 'pass', found });

export const warn = (found: string, ...mend: readonly string[]): Verdict => ({ status: 'warn', found, mend });

export const fail = (found: string, ...mend: readonly string[]): Verdict => ({ status: 'fail', found, mend });

export const notApplicable = (found: string): Verdict => ({ status: 'not-applicable', found });

export const couldNotCheck = (found: string, ...mend: readonly string[]): Verdict => ({
  status: 'could-not-check',
  found,
  mend,
});
