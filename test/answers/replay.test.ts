import { describe, expect, it } from 'vitest';
import { quoted, replayLine, writtenAnswers } from '../../src/answers/replay.js';
import type { Answers } from '../../src/answers/parameters.js';

const answers: Answers = {
  dpmServerName: { text: 'Server01', form: 'netbios' },
  userName: "o'mark",
  acceptEula: true,
  strict: false,
  ignore: ['a', 'b'],
  json: true,
  yes: true,
  world: 'C:\\w w',
};

describe('the line that repeats a run', () => {
  it('has every answer, quoted for PowerShell, and how the program runs only where it matters', () => {
    expect(replayLine(['import-cert', 'my file.pfx'], answers, true)).toBe(
      "dpm-prep import-cert 'my file.pfx' --dpm-server-name Server01 --user-name 'o''mark' --accept-eula --ignore a --ignore b --world 'C:\\w w' --password-file <file> --yes --no-input",
    );
  });

  it('names no password file twice', () => {
    expect(replayLine(['attach'], { passwordFile: 'p.txt' }, true)).toBe(
      'dpm-prep attach --password-file p.txt --yes --no-input',
    );
  });

  it.each([
    ['-x', "'-x'"],
    ['@list', "'@list'"],
    ['C:\\my folder\\', "'C:\\my folder\\\\'"],
    ['it\u2019s', "'it\u2019\u2019s'"],
    ['C:\\Temp\\', 'C:\\Temp\\'],
  ])('quotes %s as PowerShell needs it', (text, shown) => {
    expect(quoted(text)).toBe(shown);
  });

  it('joins a value that looks like a flag to its own flag, and keeps a file from looking like one', () => {
    expect(replayLine(['import-cert', '-my.pfx'], { confirm: '-WhatIf' }, false)).toBe(
      "dpm-prep import-cert --confirm='-WhatIf' --yes --no-input -- '-my.pfx'",
    );
  });

  it('keeps no secret', () => {
    expect(writtenAnswers({ password: 'hunter2' })).toEqual({});
  });
});
