import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Remembered } from '../answers/interview.js';
import { cleanText } from '../clean.js';
import { readAtMost } from '../limited-file.js';
import type { Machine } from '../machine/machine.js';
import { openProtectedStateFolder } from '../run/state-folder.js';
import type { CommandContext } from './command.js';
import { stateFolderOf } from './past-runs.js';
import { replaceFile } from './replaced-file.js';

const maxBytes = 64 * 1024;

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  at: z.iso.datetime(),
  answers: z
    .array(
      z.strictObject({
        id: z.string().max(400),
        value: z.union([z.boolean(), z.string().max(4_096)]),
        shown: z.string().max(8_192),
      }),
    )
    .max(100),
});

export interface KeptAnswers {
  readonly at: Date;
  readonly answers: readonly Remembered[];
}

const fileOf = (context: CommandContext, machine: Machine): string =>
  join(stateFolderOf(context, machine), 'guide-answers.json');

/** The answers of the last interview that led to no run; null where there are none, or none that can be read. */
export const keptAnswers = (context: CommandContext, machine: Machine): KeptAnswers | null => {
  const file = fileOf(context, machine);
  if (!existsSync(file)) return null;
  try {
    const { at, answers } = schema.parse(JSON.parse(readAtMost(file, maxBytes)?.toString('utf8') ?? ''));
    return answers.length === 0 ? null : { at: new Date(at), answers };
  } catch {
    // They only save typing: a file that cannot be used is the same as none.
    return null;
  }
};

/**
 * Keeps answers in the protected state folder; each call replaces what was kept. An interview never holds a password. The
 * answers only save typing, so where they cannot be kept that is said once, and the interview continues.
 */
export const answerKeeper = (
  context: CommandContext,
  machine: Machine,
): ((answers: readonly Remembered[]) => Promise<void>) => {
  let opened: Promise<unknown> | null = null;
  return async (answers) => {
    const document: z.infer<typeof schema> = {
      schemaVersion: 1,
      at: new Date().toISOString(),
      answers: [...answers],
    };
    try {
      // On Windows this takes a second, so it is done once.
      opened ??= openProtectedStateFolder(machine, stateFolderOf(context, machine), {
        owned: context.answers.stateDir === undefined,
      });
      await opened;
      replaceFile(fileOf(context, machine), `${JSON.stringify(document, null, 2)}\n`, 0o600);
    } catch (error) {
      if (context.signal.aborted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      context.screen.sayOnce(`Your answers cannot be kept for the next time: ${cleanText(why)}`);
    }
  };
};

export const forgetAnswers = (context: CommandContext, machine: Machine): void => {
  rmSync(fileOf(context, machine), { force: true });
};
