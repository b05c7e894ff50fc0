import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.js';
import { blocks, refuseUnknownIds, runChecks } from '../../src/checks/run-checks.js';
import { page } from '../../src/dpm/source.js';

const check = (
  id: string,
  run: Check<null>['run'],
  severity: Check<null>['severity'] = 'error',
): Check<null> => ({
  id,
  title: id,
  required: 'It must be.',
  source: page('Before you start'),
  severity,
  run,
});

describe('running checks', () => {
  it('ends every check as a finding, in order, also one that throws or never answers', async () => {
    const findings = await runChecks(
      [
        check('good', () => ({ status: 'pass', found: 'ok' })),
        check('throws', () => {
          throw new Error('no access');
        }),
        check('hangs', async () => new Promise(() => undefined)),
        check('bad', () => ({ status: 'fail', found: 'broken' })),
      ],
      null,
      { timeoutMs: 50, ignore: ['bad'] },
    );
    expect(findings.map(({ id, status, ignored }) => [id, status, ignored])).toEqual([
      ['good', 'pass', false],
      ['throws', 'could-not-check', false],
      ['hangs', 'could-not-check', false],
      ['bad', 'fail', true],
    ]);
    expect(findings[1]?.found).toContain('no access');
    expect(findings.map((finding) => blocks(finding))).toEqual([false, false, false, false]);
    expect(findings.map((finding) => blocks(finding, true))).toEqual([false, true, true, false]);
  });

  it('lets an advice warn, never fail', async () => {
    const [finding] = await runChecks(
      [check('wise', () => ({ status: 'fail', found: 'x' }), 'advice')],
      null,
    );
    expect(finding?.status).toBe('warn');
  });

  it('refuses to ignore an id that no check has', () => {
    expect(() => {
      refuseUnknownIds(['no-cgn'], [{ id: 'no-cng' }]);
    }).toThrow(/"no-cgn"/);
  });
});
