import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { win32 } from 'node:path';
import { sameName } from '../../dpm/names.js';
import { toHost } from '../paths.js';
import { places } from '../practice-files.js';
import type { ScriptTool } from './context.js';
import { value } from './server-scripts.js';

const refusalOf = (path: string, host: string | null): string | null => {
  if (host === null || !sameName(win32.normalize(path), places.agentFolder)) {
    return `${path} is not the folder of the agent`;
  }
  const stats = lstatSync(host, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isSymbolicLink()) return `${path} is a link`;
  if (!stats.isDirectory()) return `${path} is not a folder`;
  const other = readdirSync(host).find((name) => !sameName(name, 'DPM'));
  return other === undefined ? null : `${path} holds ${other}, which is not of the agent`;
};

/** What our act does on Windows: this folder and no other; a link in it goes as a link. */
export const deleteAgentFolder: ScriptTool = async (context, input) => {
  const path = value(input, 'path');
  const host = toHost(context.folder, context.computer.id, path);
  const refused = refusalOf(path, host);
  const isThere = host !== null && lstatSync(host, { throwIfNoEntry: false }) !== undefined;
  if (refused === null && isThere) {
    rmSync(host, { recursive: true });
    context.did(`deleted ${path}`);
  }
  context.print(JSON.stringify({ deleted: refused === null && isThere, refused, left: [] }));
  return Promise.resolve(0);
};
