import { quoted } from '../answers/replay.js';
import { nextTurn, placeIn, turnComputer, turnText, type SwitchPlan } from '../dpm/switch-plan.js';
import { mayBeSameComputer, sameName } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import type { ProtectedComputer } from '../machine/questions.js';
import { Problem } from '../problem.js';
import { standingOf, type Place } from '../procedures/switch-auth.js';
import type { Journal } from '../run/journal.js';
import { attachOf, attachStepPrefix } from '../steps/attach-record.js';
import { isListed } from '../steps/protected-computers.js';
import { writtenPlan } from '../steps/write-switch-plan.js';
import type { ComputerFacts } from './facts.js';
import { baseName, folderOf } from './file-paths.js';
import { readSwitchPlan } from './switch-plan-file.js';

/** A switch that this computer has a part in, as far as this computer knows it. */
export interface KnownSwitch {
  /** The newest plan that was found: in the plan file, or in the record of the run that wrote it here. */
  readonly plan: SwitchPlan;
  /** Full path of the plan file on this computer. */
  readonly path: string;
  /** The file is there and says so. Else it was moved, and only the record is left. */
  readonly hasFile: boolean;
  readonly place: Place;
}

const extension = /\.switch\.json$/i;

/** The plan files of a folder; none where it cannot be listed. */
const filesIn = async (machine: Machine, folder: string): Promise<readonly string[]> => {
  try {
    return (await machine.files.list(folder)).flatMap(({ name, path, kind }) =>
      kind === 'file' && extension.test(name) ? [path] : [],
    );
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
};

/** A file that cannot be read, or is not a plan, says nothing here: the command that is given it says why. */
const planAt = async (machine: Machine, path: string): Promise<SwitchPlan | null> => {
  try {
    return await readSwitchPlan(machine, path);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
};

export const ownNames = ({ computer }: ComputerFacts): readonly string[] =>
  [computer.fqdn, computer.netbiosName].filter((name) => name !== null);

/** An attach by NTLM that was verified here later than this: the switch of that computer was given up. */
const attachedByNtlmSince = (journal: Journal | null, name: string, since: number): boolean =>
  (journal?.entries ?? []).some(
    (entry) =>
      entry.event === 'verified' &&
      entry.state === 'verified' &&
      entry.step.startsWith(attachStepPrefix) &&
      sameName(entry.step.slice(attachStepPrefix.length), name) &&
      attachOf(entry.facts)?.method === 'ntlm' &&
      Date.parse(entry.at) > since,
  );

/** When the last stage of the plan was reached, by the clock of the computer that reached it. */
const lastStage = ({ nodes }: SwitchPlan): number =>
  Math.max(
    0,
    ...nodes.flatMap(({ done }) => Object.values(done).map((at) => (at === null ? 0 : Date.parse(at)))),
  );

/**
 * The switches that this computer has a part in, finished ones too: from the record of the runs here, from the plan files
 * that they wrote, and from plan files in their folders and in the working folder. The last serves where there is no
 * record, such as with another state folder.
 */
export const knownSwitches = async (
  machine: Machine,
  facts: ComputerFacts,
  journal: Journal | null,
): Promise<readonly KnownSwitch[]> => {
  const found = new Map<string, Omit<KnownSwitch, 'place'>>();
  const add = (one: Omit<KnownSwitch, 'place'>): void => {
    const { id, revision } = one.plan;
    const known = found.get(id);
    const isNewer = known === undefined || revision > known.plan.revision;
    if (isNewer || (one.hasFile && !known.hasFile && revision === known.plan.revision)) found.set(id, one);
  };
  for (const entry of journal?.entries ?? []) {
    if (entry.event !== 'verified' && !(entry.event === 'probed' && entry.state === 'done')) continue;
    const written = writtenPlan(entry.step, entry.facts);
    if (written) add({ ...written, hasFile: false });
  }
  const here = machine.files.absolute('.');
  const recorded = [...found.values()].map(({ path }) => path);
  const folders = [...new Set([here, ...recorded.map((path) => folderOf(path) ?? here)])];
  const files = new Set([
    ...recorded,
    ...(await Promise.all(folders.map(async (folder) => filesIn(machine, folder)))).flat(),
  ]);
  for (const path of files) {
    const plan = await planAt(machine, path);
    if (plan) add({ plan, path, hasFile: true });
  }
  return [...found.values()].flatMap((one) => {
    const place = placeIn(one.plan, ownNames(facts));
    if (place === null) return [];
    if (one.plan.nodes.every(({ name }) => attachedByNtlmSince(journal, name, lastStage(one.plan))))
      return [];
    return [{ ...one, place }];
  });
};

/** Those that are not finished. */
export const openSwitches = (known: readonly KnownSwitch[]): readonly KnownSwitch[] =>
  known.filter(({ plan }) => nextTurn(plan) !== null);

/**
 * The plan says that its nodes were removed and not attached yet, and the DPM server lists all of them: somebody attached
 * them again by other means, so the plan no longer tells what comes next.
 */
export const isContradicted = ({ plan }: KnownSwitch, listed: readonly ProtectedComputer[]): boolean =>
  plan.nodes.every(
    ({ name, done }) =>
      done.removed !== null &&
      done.attached === null &&
      listed.some((one) => isListed(one) && mayBeSameComputer(one.serverName, name)),
  );

/** What is switched: the cluster, or the computers. */
export const switchedText = ({ clusterName, nodes }: SwitchPlan): string =>
  clusterName ?? nodes.map(({ name }) => name).join(', ');

export interface SwitchState {
  /** What is in progress and who is next, as a sentence. */
  readonly text: string;
  /** What to do, with the command; null: this computer has done its part. */
  readonly left: string | null;
  /** The next step of the switch is this computer's. */
  readonly isHere: boolean;
}

/** What to say of a switch on this computer; null: it is finished. */
export const switchState = ({ plan, path, hasFile, place }: KnownSwitch): SwitchState | null => {
  const standing = standingOf(plan, place);
  if (standing.kind === 'finished') return null;
  const { turn } = standing;
  const computer = turnComputer(plan, turn);
  const as = hasFile ? '' : `, as this computer wrote it (${path} no longer exists)`;
  const text = `The switch of ${switchedText(plan)} from NTLM to certificates is in progress (revision ${String(plan.revision)} of its plan${as}). Next, ${computer} has to ${turnText[turn.does]}.`;
  if (standing.kind === 'my-turn') {
    return {
      text,
      left: `Continue the switch of ${switchedText(plan)} here: dpm-prep switch-auth --plan ${path}`,
      isHere: true,
    };
  }
  // A node that has done all of its own stages learns nothing of the rest: the DPM server says when the switch is finished.
  const isOver = place.on === 'node' && place.node.done.configured !== null;
  const where =
    turn.on === 'dpm-server' ? `on the DPM server ${computer}` : `on the protected computer ${computer}`;
  const there = `Continue the switch of ${switchedText(plan)}. If another computer has a newer copy of the plan file, copy it here first. Run ${where}: dpm-prep switch-auth --plan ${quoted(baseName(path))}`;
  return { text, left: isOver ? null : there, isHere: false };
};
