import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '../machine/command.js';
import { endedWell } from '../machine/ended-well.js';
import type { KeptFor } from '../machine/keeper/order.js';
import type { KeptResults, StillWorks } from '../machine/keeper/results.js';
import type { CommandResult, Machine } from '../machine/machine.js';
import type { Step } from '../steps/step.js';
import type { Journal } from './journal.js';
import type { RunListener } from './listener.js';

export interface EarlierOptions {
  readonly machine: Machine;
  readonly journal: Journal;
  readonly kept: KeptResults;
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  /** How long a tool may write nothing before it is ended, unless it is a long one. Milliseconds. */
  readonly silenceMs: number;
}

/** By what a running tool is known: its path, or the name of a cmdlet or act. Null: nothing is started. */
const runName = (command: Command): string | null => {
  switch (command.kind) {
    case 'program':
    case 'script':
      return command.path;
    case 'cmdlet':
      return command.tool;
    case 'act':
      return command.act;
    case 'write-file':
    case 'copy-file':
    case 'make-folder':
    case 'person':
      return null;
  }
};

/** A tool without a keeper (a person had its console), or that outlived its keeper. */
const waitForSurvivor = async (step: Step, command: Command, options: EarlierOptions): Promise<void> => {
  const path = runName(command);
  if (path === null) return;
  const begun = Date.now();
  for (;;) {
    const { processes } = await options.machine.ask('running-tools', { path }, { signal: options.signal });
    const [first] = processes;
    if (first === undefined) return;
    options.listener.waiting(step, Date.now() - begun, {
      tool: path,
      processId: first.id,
      started: first.started === null ? null : new Date(first.started),
    });
    await sleep(500, undefined, { signal: options.signal });
  }
};

/** The last lines of a tool that the journal keeps. */
export const journaledLines = 20;

/**
 * What became of this step's tool in an interrupted run. Waits for a tool that is still at work: it must end before
 * anyone asks whether its step is done. The result goes into the journal, as the run would have written it. Null: nothing
 * was started, or how it ended is not known.
 */
export const settleEarlier = async (
  step: Step,
  command: Command,
  of: KeptFor,
  options: EarlierOptions,
): Promise<CommandResult | null> => {
  const { machine, journal, kept, listener, signal, silenceMs } = options;
  // The keeper knows which program it started: PowerShell for a script.
  const named = (works: StillWorks): StillWorks => ({ ...works, tool: runName(command) ?? works.tool });
  const found = await kept.settle(of, {
    signal,
    onWaiting: (elapsedMs, works) => {
      listener.waiting(step, elapsedMs, works && named(works));
    },
    onSilent: (works) => {
      listener.earlierSilent(step, named(works), silenceMs);
    },
    // As in a run of its own: an installer is waited for, anything else may wait for an answer that nobody gives.
    ...(command.kind === 'program' && command.long === true ? {} : { silenceMs }),
  });
  const record = journal.recordOf(of.step, of.line);
  const isOpen = record.started !== null && record.ended === null;
  let result: CommandResult | null = null;
  if (found.kind === 'ended' && record.ended === null) {
    result = machine.resultOf(command, found.ending);
    // A power cut may have taken the line that said so.
    if (record.started === null)
      journal.append({ event: 'started', ...of, since: found.ending.started.toISOString() });
    journal.append({
      event: 'ended',
      ...of,
      ending: result.ending,
      exitCode: result.exitCode,
      endedWell: endedWell(result),
      output: result.output.slice(-journaledLines),
    });
    listener.earlierEnded(step, result);
  }
  if (found.kind === 'lost') listener.earlierLost(step);
  if (found.kind !== 'ended' && (isOpen || found.kind === 'lost'))
    await waitForSurvivor(step, command, options);
  kept.clearStep(of);
  return result;
};

/**
 * Tools of interrupted runs, of steps that this plan does not have: a plan that is made while the installer still works
 * may find an agent, and no longer has an installation. They too must end before the next tool starts. What such a command
 * was is not known here, so its exit code alone says whether it ended well.
 */
export const settleUnplanned = async (
  steps: readonly Step[],
  { journal, kept, listener, signal }: Omit<EarlierOptions, 'machine' | 'silenceMs'>,
): Promise<void> => {
  const [first] = steps;
  if (first === undefined) return;
  const planned = new Set(steps.map(({ id }) => id));
  for (const of of kept.steps) {
    if (planned.has(of.step)) continue;
    const found = await kept.settle(of, {
      signal,
      onWaiting: (elapsedMs, works) => {
        listener.waiting(first, elapsedMs, works);
      },
    });
    const { started, ended } = journal.recordOf(of.step, of.line);
    if (found.kind === 'ended' && ended === null) {
      const { exitCode } = found.ending;
      if (started === null)
        journal.append({ event: 'started', ...of, since: found.ending.started.toISOString() });
      journal.append({
        event: 'ended',
        ...of,
        ending: 'ended',
        exitCode,
        endedWell: exitCode === 0,
        output: [],
      });
    }
    kept.clearStep(of);
  }
};
