import * as z from 'zod';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { toHost } from './paths.js';
import { writeWhole } from './store.js';

/** Where things are on a practice computer; the documented folders. */
export const places = {
  agentFolder: 'C:\\Program Files\\Microsoft Data Protection Manager',
  agentInstallPath: 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\',
  agentBin: 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin',
  serverInstallPath: 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\',
  serverBin: 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\bin',
  serverAgents: 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\ProtectionAgents\\RA',
  media: 'D:\\Agents',
  windows: 'C:\\Windows',
  system: 'C:\\Windows\\System32',
  windowsTemp: 'C:\\Windows\\temp',
  users: 'C:\\Users\\Administrator',
} as const;

export const practiceVersion = '10.22.197.0';
/** Of the update that the fault `agent-update` puts on the medium. */
export const practiceUpdate = {
  version: '10.22.300.0',
  file: 'DPMAgentInstaller_KB5099999_AMD64.exe',
} as const;

const programSchema = z.object({ practiceProgram: z.string().max(200), version: z.string().max(50) });

/** Puts a practice program there: a text that says what it stands for. What runs is dpm-prep itself. */
export const plantProgram = (world: string, computerId: string, path: string, version: string): void => {
  const host = toHost(world, computerId, path);
  if (host === null) throw new Error(`No place for ${path}`);
  const practiceProgram = path.split('\\').at(-1) ?? path;
  writeWhole(host, `${JSON.stringify({ practiceProgram, version })}\n`);
};

export const plantFolder = (world: string, computerId: string, path: string): void => {
  const host = toHost(world, computerId, path);
  if (host !== null) mkdirSync(host, { recursive: true });
};

export const plantText = (world: string, computerId: string, path: string, text: string): void => {
  const host = toHost(world, computerId, path);
  if (host === null) throw new Error(`No place for ${path}`);
  writeWhole(host, text);
};

/** The practice program at this path, or null: nothing else is ever run in a rehearsal. */
export const practiceProgramAt = (
  world: string,
  computerId: string,
  path: string,
): { readonly name: string; readonly version: string } | null => {
  const host = toHost(world, computerId, path);
  if (host === null || !existsSync(host)) return null;
  try {
    if (statSync(host).size > 1_000) return null;
    const { practiceProgram, version } = programSchema.parse(JSON.parse(readFileSync(host, 'utf8')));
    return { name: practiceProgram, version };
  } catch {
    return null;
  }
};
