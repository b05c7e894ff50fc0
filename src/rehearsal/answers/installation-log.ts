import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../machine/questions.js';
import { cleanLine } from '../../machine/output.js';
import { toHost } from '../paths.js';
import { places } from '../practice-files.js';
import type { Answerer, Asked } from './answer.js';

type LogFile = Answer<'installation-log'>['files'][number];

const most = 5;

/** The newest files of one folder of the practice computer. */
const logsIn = (
  { folder, computer }: Asked,
  place: string,
  pattern: RegExp,
  kind: LogFile['kind'],
  lines: number,
): readonly LogFile[] => {
  const host = toHost(folder, computer.id, place);
  if (host === null) return [];
  let names: readonly string[];
  try {
    names = readdirSync(host).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
  return names
    .map((name) => ({ name, modified: statSync(join(host, name)).mtimeMs }))
    .sort((a, b) => b.modified - a.modified)
    .slice(0, most)
    .map(({ name }) => ({
      path: `${place}\\${name}`,
      kind,
      lines: readFileSync(join(host, name), 'utf8')
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .slice(-lines)
        .map((line) => cleanLine(line)),
    }));
};

export const installationLog: Answerer<'installation-log'> = (asked, { lines }) => {
  const installPath = asked.state.server !== null ? places.serverInstallPath : places.agentInstallPath;
  return {
    files: [
      ...logsIn(asked, places.windowsTemp, /^msdpm.*\./i, 'installation', lines),
      ...logsIn(asked, `${installPath}Temp`, /\.errlog$/i, 'agent', lines),
    ],
    alerts: [],
  };
};
