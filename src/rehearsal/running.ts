import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { processExists } from '../machine/living-process.js';
import { sameName } from '../dpm/names.js';

/** The hidden first argument of a practice tool. */
export const practiceToolFlag = '--practice-tool';

export interface RunningTool {
  readonly id: number;
  readonly started: string | null;
}

const recordSchema = z.object({
  processId: z.number().int().positive(),
  started: z.iso.datetime(),
  machine: z.string(),
  tool: z.string(),
});

const recordsFolder = (world: string): string => join(world, 'processes');

/** Says that this process is a practice tool; forgotten again at its end. Where /proc can be asked it is not needed. */
export const recordProcess = (world: string, machine: string, tool: string, processId: number): void => {
  mkdirSync(recordsFolder(world), { recursive: true });
  const record = { processId, started: new Date().toISOString(), machine, tool };
  writeFileSync(join(recordsFolder(world), `${String(processId)}.json`), JSON.stringify(record), {
    mode: 0o600,
  });
};

export const forgetProcess = (world: string, processId: number): void => {
  try {
    unlinkSync(join(recordsFolder(world), `${String(processId)}.json`));
  } catch {
    // It never was recorded, or somebody saw that it had ended.
  }
};

const recorded = (world: string, machine: string, tool: string): readonly RunningTool[] => {
  let names: readonly string[];
  try {
    names = readdirSync(recordsFolder(world));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const record = recordSchema.parse(JSON.parse(readFileSync(join(recordsFolder(world), name), 'utf8')));
      if (!processExists(record.processId)) {
        forgetProcess(world, record.processId);
        return [];
      }
      return record.machine === machine && sameName(record.tool, tool)
        ? [{ id: record.processId, started: record.started }]
        : [];
    } catch {
      return [];
    }
  });
};

/** The system's own list: also knows a tool that has not come to recording itself. */
const inProc = (world: string, machine: string, tool: string): readonly RunningTool[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        const at = words.indexOf(practiceToolFlag);
        if (at === -1 || words[at + 1] !== world || words[at + 2] !== machine) return [];
        if (!sameName(words[at + 3] ?? '', tool)) return [];
        return [{ id: Number(name), started: statSync(`/proc/${name}`).ctime.toISOString() }];
      } catch {
        return [];
      }
    });

/** Practice tools of this computer that run now, started from this path, also those whose starter is gone. */
export const runningTools = (world: string, machine: string, tool: string): readonly RunningTool[] =>
  process.platform === 'linux' ? inProc(world, machine, tool) : recorded(world, machine, tool);
