/** Stand-ins of the tests take the place of these by their full names. */
const fullNames = 'Management\\.ManagementObjectSearcher|DirectoryServices\\.|Security\\.Principal\\.Windows';
const systemType = new RegExp(`\\[System\\.(?!${fullNames})(?=[A-Z])`, 'g');

/** Where the double-quoted string that begins at `from` ends; what stands in $( ) in it may hold strings again. */
const endOfExpandable = (line: string, from: number): number => {
  let at = from + 1;
  while (at < line.length && line[at] !== '"') {
    if (line[at] === '`') at += 2;
    else if (line.startsWith('$(', at)) at = endOfGroup(line, at + 2);
    else at += 1;
  }
  return at + 1;
};

/** After the parenthesis that closes the one in front of `from`. */
const endOfGroup = (line: string, from: number): number => {
  let at = from;
  for (let depth = 1; at < line.length && depth > 0;) {
    const character = line.charAt(at);
    if (character === '"' || character === "'") at = endOfString(line, at);
    else {
      depth += character === '(' ? 1 : character === ')' ? -1 : 0;
      at += 1;
    }
  }
  return at;
};

const endOfString = (line: string, from: number): number => {
  if (line[from] === '"') return endOfExpandable(line, from);
  const end = line.indexOf("'", from + 1);
  return end < 0 ? line.length : end + 1;
};

/** Spaces that PowerShell does not need: after an opening bracket, before a closing one, around , ; = | and +, after a keyword. */
const tight = (code: string): string =>
  code
    .replace(systemType, '[')
    .replace(/ +/g, ' ')
    .replace(/(?<=[{(,;=|]) | (?=[{})=,;|])/g, '')
    .replace(/\b(if|for|foreach|while|switch) \(/g, '$1(')
    .replace(/ \+ /g, '+');

/** A line without the spaces that do not count; strings stay as they are. */
const tightLine = (line: string): string => {
  let text = '';
  for (let at = 0; at < line.length;) {
    const found = line.slice(at).search(/["']/);
    const quote = found < 0 ? line.length : at + found;
    text += tight(line.slice(at, quote));
    at = quote < line.length ? endOfString(line, quote) : quote;
    text += line.slice(quote, at);
  }
  return text;
};

/**
 * A script without its comment lines, blank lines, spaces that do not count, and without "System." in front of a type's
 * name, which PowerShell adds itself: there is little room on a command line. The scripts have no here-strings, block
 * comments, comments behind code or strings over two lines (a test with PowerShell's own parser says that the tokens
 * stay the same).
 */
export const shorten = (script: string): string =>
  script
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(tightLine)
    .join('\n');

/** Longest command line of a Windows process, in UTF-16 units, its end included. */
export const longestCommandLine = 32_767;
