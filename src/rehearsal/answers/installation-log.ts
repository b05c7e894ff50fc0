import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cleanLine } from '../../machine/output.js';
import { toHost } from '../paths.js';
import { places } from '../practice-files.js';
import type { Answerer } from './answer.js';

export const installationLog: Answerer<'installation-log'> = ({ folder, computer }, { lines }) => {
  const temp = toHost(folder, computer.id, places.windowsTemp);
  if (temp === null) return { files: [] };
  let names: readonly string[];
  try {
    names = readdirSync(temp).filter((name) => /^msdpm.*\.log$/i.test(name));
  } catch {
    return { files: [] };
  }
  const files = names
    .map((name) => ({ name, modified: statSync(join(temp, name)).mtimeMs }))
    .sort((a, b) => b.modified - a.modified)
    .slice(0, 10)
    .map(({ name }) => ({
      path: `${places.windowsTemp}\\${name}`,
      lines: readFileSync(join(temp, name), 'utf8')
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .slice(-lines)
        .map((line) => cleanLine(line)),
    }));
  return { files };
};
