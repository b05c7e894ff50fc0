import { describe, expect, it } from 'vitest';
import { judgeValue } from '../../src/answers/gather.js';
import { flagWords } from '../../src/answers/replay.js';
import { refuseUnsupportedTogether } from '../../src/application/scenario.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const wanted = { cluster: false, environment: 'workgroup' } as const;

describe('several workloads of one computer', () => {
  it.each([
    ['one', 'files', ['files']],
    ['a list with commas', 'Files, system-state', ['files', 'system-state']],
    ['a list', ['files', 'system-state'], ['files', 'system-state']],
    ['a list in which one is named twice', ['files,system-state', 'files'], ['files', 'system-state']],
  ])('can be given as %s', (_what, given, value) => {
    expect(judgeValue('workload', given)).toEqual({ ok: true, value });
  });

  it('are refused with the list of those that exist', () => {
    expect(judgeValue('workload', 'files,nosuch')).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/It is not one of: files, /) as string,
    });
  });

  it('are written one by one into the line that does the same again', () => {
    expect(flagWords({ workload: ['files', 'system-state'] })).toEqual([
      ...['--workload', 'files'],
      ...['--workload', 'system-state'],
    ]);
  });

  it('are judged one by one, and together', () => {
    expect(() => {
      refuseUnsupportedTogether(['files', 'system-state'], wanted, 'ntlm');
    }).not.toThrow();
    expect(() => {
      refuseUnsupportedTogether(['files', 'sharepoint'], wanted, null);
    }).toThrow(/SharePoint/);
    expect(() => {
      refuseUnsupportedTogether(
        ['system-state', 'secondary-dpm-server'],
        { ...wanted, environment: null },
        null,
      );
    }).toThrow(/One computer authenticates by one method/);
  });

  it('are judged without anyone there', async () => {
    const folder = temporaryFolder('workloads');
    const { code, stderr, stdout } = await dpmPrep(
      [
        ...[
          'guide',
          '--rehearse',
          '--world',
          `${folder}/world`,
          '--auth',
          'ntlm',
          '--dpm-server-name',
          'Server01',
        ],
        ...['--user-name', 'mark', '--accept-eula', '--dry-run', '--no-input'],
        ...['--workload', 'files', '--workload', 'sharepoint'],
      ],
      { folder },
    );
    expect(code).toBe(3);
    expect(`${stderr}${stdout}`).toMatch(/SharePoint/);
  }, 60_000);
});
