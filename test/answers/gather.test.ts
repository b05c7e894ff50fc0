import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather } from '../../src/answers/gather.js';
import { Problem } from '../../src/problem.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('answers');
const file = (text: string, name = 'answers.yaml'): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const problemOf = async (act: () => Promise<unknown>): Promise<Problem> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('where an answer comes from', () => {
  it('takes the flag before the file before the environment', async () => {
    const answers = file('userName: fromfile\ndpmServerName: FileServer\nhandoverFolder: a\n');
    const gathered = await gather({
      flags: { answers, userName: 'fromflag' },
      environment: {
        DPM_PREP_USER_NAME: 'fromenv',
        DPM_PREP_DPM_SERVER_NAME: 'EnvServer',
        DPM_PREP_INSTALLER: 'D:\\',
      },
    });
    expect(gathered.userName).toBe('fromflag');
    expect(gathered.dpmServerName?.text).toBe('FileServer');
    expect(gathered.installer).toBe('D:\\');
  });

  it('reads JSON, and keeps a thumbprint of digits whole', async () => {
    const thumbprint = '1234567890123456789012345678901234567890';
    const answers = file(JSON.stringify({ thumbprint, yes: true, ignore: ['a', 'b'] }), 'answers.json');
    expect(await gather({ flags: { answers }, environment: {} })).toMatchObject({
      thumbprint,
      yes: true,
      ignore: ['a', 'b'],
    });
    expect(
      (await gather({ flags: { answers: file(`thumbprint: ${thumbprint}`) }, environment: {} })).thumbprint,
    ).toBe(thumbprint);
  });

  it('takes switches and lists from the environment', async () => {
    const answers = await gather({
      flags: {},
      environment: { DPM_PREP_YES: 'true', DPM_PREP_INPUT: 'false', DPM_PREP_IGNORE: 'no-cng, chain' },
    });
    expect(answers).toEqual({ yes: true, input: false, ignore: ['no-cng', 'chain'] });
  });
});

describe('what is refused, in one sentence that says where', () => {
  it.each([
    ['userName: CORP\\mark', /userName in .*answers.yaml: .*prefix/],
    ['usrName: mark', /has the unknown key "usrName"\./],
    ['password: secret', /Passwords are not allowed in answer files\./],
    ['- a\n- b', /one mapping/],
    ['userName: [unclosed', /neither YAML nor JSON/],
    ['userName: a\nuserName: b', /line 2/],
    ['userName:\n  deep: true', /userName in/],
  ])('%j', async (text, why) => {
    const problem = await problemOf(async () => gather({ flags: { answers: file(text) }, environment: {} }));
    expect(problem.exitCode).toBe(2);
    expect(problem.message).toMatch(why);
  });

  it('suggests the key that was meant', async () => {
    const problem = await problemOf(async () =>
      gather({ flags: { answers: file('usrName: mark') }, environment: {} }),
    );
    expect(problem.fix).toContain('Did you mean userName?');
  });

  it('a YAML bomb', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    expect(
      (await problemOf(async () => gather({ flags: { answers: file(bomb) }, environment: {} }))).exitCode,
    ).toBe(2);
  });

  it('a file that is too large, missing, or a folder', async () => {
    const large = file(`# ${'x'.repeat(1024 * 1024)}\n`);
    expect(
      (await problemOf(async () => gather({ flags: { answers: large }, environment: {} }))).message,
    ).toMatch(/larger than 1048576 bytes/);
    expect(
      (await problemOf(async () => gather({ flags: { answers: join(folder, 'none') }, environment: {} })))
        .message,
    ).toMatch(/does not exist/);
    expect(
      (await problemOf(async () => gather({ flags: { answers: folder }, environment: {} }))).message,
    ).toMatch(/cannot be read/);
  });

  it('names all that cannot be at once', async () => {
    const problem = await problemOf(async () =>
      gather({ flags: { userName: 'a@b' }, environment: { DPM_PREP_THUMBPRINT: 'xyz' } }),
    );
    expect([problem.message, ...problem.fix].join('\n')).toMatch(/DPM_PREP_THUMBPRINT[^]*--user-name/);
  });
});
