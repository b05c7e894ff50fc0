import { cleanText } from '../clean.js';
import { parseHandover } from '../dpm/handover.js';
import { parseSwitchPlan } from '../dpm/switch-plan.js';
import type { Machine } from '../machine/machine.js';
import { usageProblem } from '../problem.js';
import { readSwitchPlan } from './switch-plan-file.js';

/*
 * Judges of paths, for the question where the path is given: several questions later nobody knows which answer is meant.
 */

const shown = (path: string): string => cleanText(path, 300);

/** The folder above, or null above the root of a drive, a share or a system. */
const parentOf = (path: string): string | null => {
  const whole = path.replace(/[\\/]+$/, '');
  const cut = whole.replace(/[\\/][^\\/]*$/, '');
  // Every folder is shorter than what is in it, so the way up has an end.
  if (cut === '' || cut.length >= whole.length) return null;
  return /^[A-Za-z]:$/.test(cut) ? `${cut}\\` : cut;
};

/** A folder that a tool writes to: it is there, or it can be created because a folder above it is there. */
export const judgeOutputFolder =
  (machine: Machine | null) =>
  async (given: string): Promise<void> => {
    if (machine === null) return;
    for (let path: string | null = machine.files.absolute(given); path !== null; path = parentOf(path)) {
      const entry = await machine.files.stat(path);
      if (entry === null) continue;
      if (entry.kind === 'folder' || entry.kind === 'link') return;
      throw usageProblem(
        `${shown(path)} is a file, not a folder.`,
        'Give a folder, such as C:\\CertMetaData.',
      );
    }
    throw usageProblem(
      `${shown(given)} cannot be created: its drive or share was not found on this computer.`,
      'Give a folder on a drive of this computer, such as C:\\CertMetaData.',
    );
  };

/** A plan file of a switch: one that can be read, or a new file in a folder that is there. */
export const judgePlanFile =
  (machine: Machine) =>
  async (given: string): Promise<void> => {
    const path = machine.files.absolute(given);
    if ((await machine.files.stat(path)) !== null) {
      await readSwitchPlan(machine, path);
      return;
    }
    const folder = parentOf(path);
    if (folder === null || (await machine.files.stat(folder)) !== null) return;
    throw usageProblem(
      `The folder ${shown(folder)} does not exist.`,
      'Give the plan file that was copied here, or a new file in a folder that exists.',
    );
  };

/** Larger files are not looked into: what this program writes is smaller. */
const mostRead = 256 * 1024;

/**
 * Refuses what is plainly not a .bin, although the format of a .bin is not documented: an empty file, and the files of
 * this program that are carried along with it.
 */
export const refuseNotCredential = async (machine: Machine, path: string, size: number): Promise<void> => {
  if (size === 0) {
    throw usageProblem(
      `${shown(path)} is empty, so it is not a credential file (.bin).`,
      'Copy the file again: the copy may have been interrupted.',
    );
  }
  if (size > mostRead) return;
  const text = (await machine.files.read(path, mostRead)).toString('utf8');
  const kind = parseHandover(text).ok ? 'a handover file' : parseSwitchPlan(text).ok ? 'a switch plan' : null;
  if (kind === null) return;
  throw usageProblem(
    `${shown(path)} is ${kind}, not a credential file (.bin).`,
    'Give the .bin itself: its name usually begins with CertificateConfiguration_.',
  );
};
