import { readdirSync, statSync } from 'node:fs';
import { isAgentInstaller } from '../../dpm/locations.js';
import { absolutePath, joinPath, toHost } from '../paths.js';
import { places, plantProgram, practiceProgramAt, practiceUpdate } from '../practice-files.js';
import { faulty, type Answerer } from './answer.js';

const depth = 5;

const below = (folder: string, id: string, path: string, left: number): readonly string[] => {
  const host = toHost(folder, id, path);
  if (host === null) return [];
  try {
    if (statSync(host).isFile()) return [path];
    if (left === 0) return [];
    return readdirSync(host).flatMap((name) => below(folder, id, joinPath(folder, [path, name]), left - 1));
  } catch {
    return [];
  }
};

const numbers = (version: string): readonly number[] => version.split('.').map(Number);

const newestFirst = (a: string, b: string): number => {
  const [left, right] = [numbers(a), numbers(b)];
  const index = left.findIndex((part, n) => part !== right[n]);
  return index === -1 ? 0 : (right[index] ?? 0) - (left[index] ?? 0);
};

export const agentInstallers: Answerer<'agent-installers'> = (asked, { path }) => {
  const { folder, computer } = asked;
  const searched = path === null ? [places.media, places.serverAgents] : [absolutePath(folder, path)];
  if (faulty(asked, 'no-installer')) return { installers: [], searched };
  if (faulty(asked, 'agent-update')) {
    plantProgram(folder, computer.id, `${places.media}\\${practiceUpdate.file}`, practiceUpdate.version);
  }
  const installers = searched
    .flatMap((start) => below(folder, computer.id, start, depth))
    .filter((file) => isAgentInstaller(file.split(/[\\/]/).at(-1) ?? ''))
    .flatMap((file) => {
      const program = practiceProgramAt(folder, computer.id, file);
      return program === null ? [] : [{ path: file, version: program.version }];
    })
    .sort((a, b) => newestFirst(a.version, b.version));
  return { installers, searched };
};
