import type { AnswersOf } from '../answers/parameters.js';
import { cleanText } from '../clean.js';
import { nameForm, type ComputerName } from '../dpm/names.js';
import { handoverFileName, maxHandoverBytes, parseHandover, type Handover } from '../dpm/handover.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';
import type { Side } from '../steps/step.js';
import { readCarriedFile } from './carried-file.js';
import { isThisComputer, type ComputerFacts } from './facts.js';

/** Reads and judges a handover file. */
export const readHandover = async (machine: Machine, path: string): Promise<Handover> =>
  readCarriedFile(machine, path, {
    noun: 'handover file',
    maxBytes: maxHandoverBytes,
    parse: parseHandover,
    whence: 'The command on the other computer writes it. Copy it here.',
  });

/** A handover file of another pair would attach the wrong computer, or to the wrong server. */
export const refuseOtherPair = (handover: Handover, facts: ComputerFacts, side: Side): void => {
  const meant = side === 'dpm-server' ? handover.dpmServerName : handover.psName;
  if (isThisComputer(facts, meant)) return;
  const own = facts.computer.fqdn ?? facts.computer.netbiosName;
  throw checkProblem(
    `The handover file is for ${meant}, but this computer is ${own}. Nothing was changed.`,
    `Use the handover file that names ${facts.computer.netbiosName}, or run this on ${meant}.`,
  );
};

/**
 * Refuses on the DPM server a handover file that only the DPM server has written so far. Both computers write the file
 * under one name, so the unfinished one is easily taken for the finished one.
 */
export const refuseUnfinished = (handover: Handover, path: string): void => {
  if (handover.method === 'ntlm' || handover.writtenBy === 'protected-computer') return;
  const { psName } = handover;
  throw checkProblem(
    `${cleanText(path, 300)} is the file that this DPM server wrote for ${psName}. ${psName} has not completed it yet. Nothing was changed.`,
    `Copy it and the .bin that it names to ${psName}, and run there: dpm-prep set-dpm-server --auth certificate --handover ${handoverFileName(psName)}`,
    `Then copy the handover file and the .bin that ${psName} writes back here.`,
  );
};

/** Judges the path of a handover file at its question: it can be read, is for this computer, and has the part of the other one. */
export const judgeHandover =
  (machine: Machine | null, facts: ComputerFacts | null, side: Side) =>
  async (path: string): Promise<void> => {
    if (machine === null) return;
    const handover = await readHandover(machine, path);
    if (facts !== null) refuseOtherPair(handover, facts, side);
    if (side === 'dpm-server') refuseUnfinished(handover, path);
  };

/** A value that a flag gives and the handover file gives otherwise: nobody should have to guess which is meant. */
export const refuseContradiction = (flag: string, given: string | undefined, handed: string | null): void => {
  if (given === undefined || handed === null || given.toLowerCase() === handed.toLowerCase()) return;
  throw usageProblem(
    `${flag} says ${given}, but the handover file says ${handed}. Use exactly the name that was used on the other computer.`,
    `Leave ${flag} out.`,
  );
};

const named = (text: string): ComputerName => ({ text, form: nameForm(text) });

/** The answers with what the handover file says; a flag that says otherwise is refused. */
export const withHandover = <A extends AnswersOf<'auth' | 'dpmServerName' | 'psName' | 'userName'>>(
  answers: A,
  handover: Handover | null,
): A => {
  if (handover === null) return answers;
  refuseContradiction('--dpm-server-name', answers.dpmServerName?.text, handover.dpmServerName);
  refuseContradiction('--ps-name', answers.psName?.text, handover.psName);
  refuseContradiction('--user-name', answers.userName, handover.userName);
  return {
    ...answers,
    auth: handover.method,
    dpmServerName: named(handover.dpmServerName),
    psName: named(handover.psName),
    ...(handover.userName === null ? {} : { userName: handover.userName }),
  };
};
