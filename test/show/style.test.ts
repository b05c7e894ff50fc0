import { describe, expect, it } from 'vitest';
import { makeStyle, type StyleFacts } from '../../src/show/style.js';

const styleOf = (facts: Partial<StyleFacts>) =>
  makeStyle({ terminal: true, wanted: true, environment: {}, platform: 'win32', ...facts });

describe('the marks', () => {
  it.each<[string, Partial<StyleFacts>]>([
    ['Windows Terminal', { environment: { WT_SESSION: '0d1f' } }],
    ['Visual Studio Code', { environment: { TERM_PROGRAM: 'vscode' } }],
    ['ConEmu', { environment: { ConEmuTask: '{cmd::Cmder}' } }],
    ['a Linux terminal in UTF-8', { platform: 'linux', environment: { TERM: 'xterm', LANG: 'de_DE.UTF-8' } }],
    ['LANG behind an empty LC_ALL', { platform: 'linux', environment: { LC_ALL: '', LANG: 'C.UTF-8' } }],
  ])('are signs in %s', (_what, facts) => {
    expect(styleOf(facts).marks).toMatchObject({ done: '✔', cursor: '❯' });
  });

  it.each<[string, Partial<StyleFacts>]>([
    ['the console of cmd.exe and Windows PowerShell 5.1', {}],
    ['a file or pipe that PowerShell 5.1 reads', { environment: { WT_SESSION: '0d1f' }, terminal: false }],
    [
      'the console of the Linux kernel',
      { platform: 'linux', environment: { TERM: 'linux', LANG: 'C.UTF-8' } },
    ],
    ['another code page', { platform: 'linux', environment: { LANG: 'en_US.ISO-8859-1' } }],
    ['LC_ALL over LANG', { platform: 'linux', environment: { LC_ALL: 'C', LANG: 'C.UTF-8' } }],
  ])('are ASCII in %s', (_what, facts) => {
    const { marks, unicode } = styleOf(facts);
    expect(Object.values(marks).join('')).toMatch(/^[\x20-\x7e]+$/);
    expect(unicode).toBe(false);
  });
});

describe('colours', () => {
  it.each<[string, Partial<StyleFacts>]>([
    ['in a file or a pipe', { terminal: false }],
    ['with --no-color', { wanted: false }],
    ['with NO_COLOR', { environment: { NO_COLOR: '1' } }],
    ['in a dumb terminal', { environment: { TERM: 'dumb' } }],
  ])('are off %s', (_what, facts) => {
    expect(styleOf(facts).color.red('x')).toBe('x');
  });

  it('are the sixteen that every console has', () => {
    expect(styleOf({}).color.red('x')).toBe('\u001b[31mx\u001b[39m');
  });
});
