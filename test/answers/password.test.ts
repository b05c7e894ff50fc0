import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unattendedPassword } from '../../src/answers/password.js';
import { redact } from '../../src/secret.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('password');
const file = (content: string | Buffer): string => {
  const path = join(folder, 'password.txt');
  writeFileSync(path, content);
  return path;
};
const nothing = { passwordFile: undefined, passwordStdin: undefined };
const read = (content: string | Buffer): string | undefined =>
  unattendedPassword({ ...nothing, passwordFile: file(content) }, {})?.reveal();

describe('the unattended password', () => {
  it.each([
    ['first line', 'pässw"ord \nsecond\n', 'pässw"ord '],
    ['no line end', 'secret1', 'secret1'],
    ['Windows line end', 'secret2\r\n', 'secret2'],
    ['byte-order mark', '\ufeffsecret3\n', 'secret3'],
  ])('%s', (_name, content, expected) => {
    expect(read(content)).toBe(expected);
  });

  it('UTF-16 as Notepad and PowerShell 5.1 write it', () => {
    expect(read(Buffer.from('\ufeffsécret4\r\n', 'utf16le'))).toBe('sécret4');
  });

  it('from the environment', () => {
    expect(unattendedPassword(nothing, { DPM_PREP_PASSWORD: 'fromenv' })?.reveal()).toBe('fromenv');
  });

  it('is absent when nobody gave one', () => {
    expect(unattendedPassword(nothing, {})).toBeNull();
  });

  it.each([
    ['empty', '\n', /first line is empty/],
    ['not text', Buffer.from([0x61, 0x00, 0x62, 0x63]), /not readable text/],
    ['too long', 'x'.repeat(2000), /longer than/],
  ])('refuses one that is %s', (_name, content, why) => {
    expect(() => read(content)).toThrow(why);
  });

  it('refuses two ways at once, and a file that is not there', () => {
    expect(() =>
      unattendedPassword({ ...nothing, passwordFile: file('a') }, { DPM_PREP_PASSWORD: 'b' }),
    ).toThrow(/2 ways/);
    expect(() => unattendedPassword({ ...nothing, passwordFile: join(folder, 'none') }, {})).toThrow(
      /does not exist/,
    );
    expect(() => unattendedPassword({ ...nothing, passwordFile: folder }, {})).toThrow(
      /is a folder|cannot be read/,
    );
  });

  it('never shows', () => {
    const secret = unattendedPassword({ ...nothing, passwordFile: file('hunter"2') }, {});
    expect(JSON.stringify({ secret })).not.toContain('hunter');
    expect(String(secret)).not.toContain('hunter');
    expect(redact('it is hunter"2, in JSON {"a":"hunter\\"2"}')).not.toContain('hunter');
  });
});
