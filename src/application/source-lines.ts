import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const frame = /file:\/\/\S+?\.js(?=:\d+:\d+)/;
const place = /(file:\/\/\S+?\.js):(\d+):(\d+)/;

const mapOf = (url: string): SourceMap | null => {
  try {
    const text = readFileSync(`${fileURLToPath(url)}.map`, 'utf8');
    return new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]);
  } catch {
    // A file without a map, as in dpm-prep.exe: its own lines are the best that there is.
    return null;
  }
};

/**
 * The lines of a stack with the files and lines of the sources in place of those of the bundle. The maps are read only
 * here: Node's own switch for them (--enable-source-maps) would slow down every start.
 */
export const sourceLines = (stack: readonly string[]): readonly string[] => {
  const maps = new Map<string, SourceMap | null>();
  return stack.map((line) => {
    const url = frame.exec(line)?.[0];
    if (url === undefined) return line;
    const map = maps.get(url) ?? mapOf(url);
    maps.set(url, map);
    return line.replace(place, (whole, _file, row: string, column: string) => {
      const origin = map?.findEntry(Number(row) - 1, Number(column) - 1);
      if (origin === undefined || !('originalSource' in origin)) return whole;
      const { originalSource, originalLine, originalColumn } = origin;
      return `${originalSource.replace(/^(?:\.\.\/)+/, '')}:${String(originalLine + 1)}:${String(originalColumn + 1)}`;
    });
  });
};
