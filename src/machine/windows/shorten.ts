/**
 * A script without its comment lines, blank lines and leading spaces: the command line that carries it is limited to
 * 32,767 characters. Only whole lines are looked at; the scripts have no here-strings, block comments or strings over
 * two lines (a test with PowerShell's own parser says so, and that the tokens stay the same).
 */
export const shorten = (script: string): string =>
  script
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');

/** Longest command line of a Windows process, in UTF-16 units, its end included. */
export const longestCommandLine = 32_767;
