import { utcMinute } from '../dpm/date.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { sameName } from '../dpm/names.js';
import {
  setDpmServerUpdatePasswordArguments,
  updateNonDomainServerInfoParameters,
} from '../dpm/command-lines.js';
import { changeInLine, changeText, lineOfChange, type PasswordChange } from '../dpm/password-change.js';
import { page } from '../dpm/source.js';
import { documentedLine, type ActCommand, type Command } from '../machine/command.js';
import type { CommandResult, Machine } from '../machine/machine.js';
import type { Probe, Step, StepRecord } from './step.js';

const section = page('Update the password');

export interface UpdatePasswordInput {
  readonly binFolder: string;
  readonly dpmServerName: string;
  /** The account, if an earlier run or a handover file says which. */
  readonly userName: string | null;
  /** Null: a change without a generation, which always sets the password. */
  readonly change?: PasswordChange | null;
  /** The generation to return from was not set here. */
  readonly nothingToReturnFrom?: boolean;
}

/** Windows keeps the age of a password in whole seconds. */
const granularityMs = 2_000;
/** A password that was set so long ago is not taken for one that is set now. */
const settledMs = 2 * granularityMs;

interface PasswordSet {
  readonly name: string;
  /** Milliseconds since 1970, by this computer's clock. */
  readonly at: number;
}

/** The account whose password was set last: this account's, or any where the account is not known. */
const lastSet = async (machine: Machine, userName: string | null): Promise<PasswordSet | null> => {
  const { users } = await machine.ask('local-users', userName === null ? {} : { names: [userName] });
  return users.reduce<PasswordSet | null>((last, { name, passwordLastSet }) => {
    if (passwordLastSet === null || (userName !== null && !sameName(name, userName))) return last;
    const at = Date.parse(passwordLastSet);
    return last === null || at > last.at ? { name, at } : last;
  }, null);
};

const setSince = async (
  machine: Machine,
  since: Date,
  userName: string | null,
): Promise<PasswordSet | null> => {
  const last = await lastSet(machine, userName);
  return last !== null && last.at >= since.getTime() - granularityMs ? last : null;
};

const clock = (at: number): string => `${utcMinute(new Date(at).toISOString())} UTC`;

const updatePasswordId = 'update-password';

/** A step that sets the password on the protected computer. */
export const isPasswordStep = (id: string): boolean =>
  id === updatePasswordId || id.startsWith(`${updatePasswordId}:`);

/** A change of its own is a step of its own: a tool of an interrupted one must end before another begins. */
const passwordStepId = (change: PasswordChange | null | undefined): string =>
  change ? `${updatePasswordId}:${change.generation}${change.back ? ':back' : ''}` : updatePasswordId;

/** Is the password that is set now the one that was set at that time, or from that time on? */
export const holdsPassword = (
  set: Date,
  { from, at }: { readonly from?: Date; readonly at?: Date },
): boolean =>
  (from === undefined || set.getTime() >= from.getTime() - granularityMs) &&
  (at === undefined || Math.abs(set.getTime() - at.getTime()) <= granularityMs);

const setCommand = ({ binFolder, dpmServerName }: UpdatePasswordInput): Command => ({
  kind: 'program',
  tool: 'SetDpmServer.exe',
  path: `${binFolder}\\SetDpmServer.exe`,
  arguments: setDpmServerUpdatePasswordArguments({ dpmServerName }),
  asksPassword: 2,
});

const recordedAs = (
  command: Command,
  change: PasswordChange | null | undefined,
): { readonly recordedAs?: string } =>
  change ? { recordedAs: lineOfChange(documentedLine(command), change) } : {};

/** A password of this generation that is there already; null: it must be set. */
const alreadySet = async (
  machine: Machine,
  record: StepRecord,
  { userName, change, nothingToReturnFrom }: UpdatePasswordInput,
): Promise<Probe | null> => {
  if (!change) return null;
  if (nothingToReturnFrom === true) {
    return {
      state: 'done',
      found: `The password of generation ${change.generation} is not set here, so nothing is to be returned.`,
    };
  }
  const last = await lastSet(machine, userName);
  if (last === null) return null;
  const set = new Date(last.at);
  const recorded = record.facts.passwordSet;
  const isRecorded =
    record.everVerified !== null &&
    typeof recorded === 'string' &&
    holdsPassword(set, { at: new Date(recorded) });
  const isOfInterrupted = record.started !== null && holdsPassword(set, { from: record.started });
  if (!isRecorded && !isOfInterrupted) return null;
  return {
    state: 'done',
    found: `${last.name} has ${changeText(change)}: it was set on ${clock(last.at)}, and not changed since. It is not set again, and the password that you give now is not compared with it.`,
    facts: { passwordSet: set.toISOString() },
  };
};

/**
 * SetDpmServer -updatePassword on the protected computer. Windows shows when a password was set and not which one it is,
 * and dpm-prep keeps no password. So without a generation the step always runs: only then the password that is given now
 * is known to hold. With a generation it runs once, and the refresh on the DPM server shows whether it holds.
 */
export const updatePassword = (input: UpdatePasswordInput): Step => ({
  id: passwordStepId(input.change),
  title: 'Update the password of the NTLM account',
  side: 'protected-computer',
  source: section,
  ...recordedAs(setCommand(input), input.change),
  probe: async (machine, record) => {
    const done = await alreadySet(machine, record, input);
    if (done !== null) return done;
    const last = await lastSet(machine, input.userName);
    const age = last === null ? settledMs : Date.now() - last.at;
    if (age >= 0 && age < settledMs) await sleep(settledMs - age);
    const earlier = record.started === null ? null : await setSince(machine, record.started, input.userName);
    return earlier === null
      ? { state: 'not-done', found: 'This run changes the password.' }
      : {
          state: 'not-done',
          found: `The interrupted run set a password for ${earlier.name} (${clock(earlier.at)}), and nothing shows which one. This run sets it again: the password that you give now is valid from then on.`,
          facts: { passwordOfEarlierRun: earlier.name },
        };
  },
  command: () => setCommand(input),
  password: `SetDpmServer asks for the new password of the local account${input.userName === null ? '' : ` ${input.userName}`} on this computer, and asks for it again. Remember it: you enter the same password on the DPM server.`,
  verify: async (machine, { started, before }) => {
    const set = await setSince(machine, started, input.userName);
    const earlier = before.facts?.passwordOfEarlierRun;
    const isSecond = typeof earlier === 'string';
    if (set !== null) {
      return {
        state: 'verified',
        found: `The password of the local account ${set.name} was set just now. The password of this run is valid${isSecond ? ', not that of the interrupted run' : ''}. The DPM server needs the same password.`,
        facts: { passwordSet: new Date(set.at).toISOString() },
      };
    }
    return {
      state: 'not-verified',
      found: `no local account${input.userName === null ? '' : ` ${input.userName}`} has a password that was set since`,
      ...(isSecond
        ? {
            fix: [`${earlier} still has the password of the interrupted run, not the one of this run.`],
          }
        : {}),
    };
  },
  patienceMs: 5_000,
});

const serverStates = ['server-told', 'verified'] as const;
type ServerState = (typeof serverStates)[number];

/** What somebody says of the DPM server: nothing here shows it. */
export const serverStatePrefix = 'password-server-state:';

const notedLine = (state: ServerState, change: PasswordChange | null): string => {
  const line = `The DPM server says: ${state}`;
  return change === null ? line : lineOfChange(line, change);
};

export const notedState = (line: string): ServerState | null =>
  serverStates.find((state) => line === notedLine(state, changeInLine(line))) ?? null;

/** Notes on the protected computer how far the DPM server has come with the password that is set here. */
export const noteServerState = (state: ServerState, change: PasswordChange | null): Step => ({
  id: `${serverStatePrefix}${change?.generation ?? ''}`,
  title: 'Note what the DPM server says of the password',
  side: 'protected-computer',
  source: section,
  recordedAs: notedLine(state, change),
  onlyReads: true,
  probe: async () =>
    Promise.resolve({
      state: 'done',
      found: `The DPM server says of ${change === null ? 'the password that is set here' : changeText(change)}: ${state}.`,
    }),
  command: () => ({ kind: 'person', instructions: [notedLine(state, change)], question: '' }),
  verify: async () => Promise.resolve({ state: 'verified', found: 'Noted.' }),
});

export interface UpdateNonDomainServerInfoInput {
  readonly binFolder: string;
  readonly dpmServerName: string;
  readonly psName: string;
  readonly change?: PasswordChange | null;
  /** The DPM server was given the password of this generation, and then reached the agent. */
  readonly verifiedBefore?: boolean;
}

export const toldPrefix = 'update-non-domain-server-info:';
export const refreshPrefix = 'refresh:';

const tellCommand = (input: UpdateNonDomainServerInfoInput): Command => ({
  kind: 'script',
  tool: 'Update-NonDomainServerInfo.ps1',
  path: `${input.binFolder}\\Update-NonDomainServerInfo.ps1`,
  parameters: updateNonDomainServerInfoParameters(input),
  takesPassword: true,
});

/** Update-NonDomainServerInfo.ps1 on the DPM server (the page calls it a cmdlet; it is a script in DPM\bin). */
export const updateNonDomainServerInfo = (input: UpdateNonDomainServerInfoInput): Step => ({
  id: `${toldPrefix}${input.psName}`,
  title: `Give the DPM server the new password of ${input.psName}`,
  side: 'dpm-server',
  source: section,
  group: input.psName,
  ...recordedAs(tellCommand(input), input.change),
  // DPM shows no password. What an earlier run told it may have been another one, and telling it again does no harm.
  probe: async (_machine, { ended }) =>
    Promise.resolve(
      input.change && input.verifiedBefore === true
        ? {
            state: 'done',
            found: `The DPM server has ${changeText(input.change)}, and reached the agent with it.`,
          }
        : {
            state: 'not-done',
            found:
              ended === null
                ? 'This run gives the DPM server the new password.'
                : 'An earlier run gave the DPM server a password, and nothing shows which one. This run gives it again.',
          },
    ),
  command: () => tellCommand(input),
  password: `The script asks for the new password of the local account on ${input.psName}: the one that you set there.`,
  verify: async (_machine, { result }) =>
    Promise.resolve(
      result.error === null &&
        (result.exitCode === 0 || result.exitCode === null) &&
        result.ending === 'ended'
        ? {
            state: 'could-not-verify',
            found: 'DPM does not show passwords; the refresh that follows uses the new one.',
          }
        : { state: 'not-verified', found: 'the script reported an error' },
    ),
});

export interface RefreshComputerInput {
  readonly dpmServerName: string;
  readonly psName: string;
}

/** What "Refresh information" in the DPM console does. */
export const refreshAct = ({ dpmServerName, psName }: RefreshComputerInput): ActCommand => ({
  kind: 'act',
  act: 'refresh-computer',
  input: { dpmServerName, computerName: psName },
  shown: `Update-DPMProductionServer -ProductionServer (Get-DPMProductionServer -DPMServerName ${dpmServerName} | Where-Object ServerName -eq ${psName})`,
});

/** Why the refresh shows nothing of the agent; null: the DPM server lists the computer and reached it. */
export const whyNotReached = (
  { dpmServerName, psName }: RefreshComputerInput,
  { error, ending, result }: CommandResult,
): string | null => {
  const { found } = (result ?? {}) as { readonly found?: unknown };
  if (found === false) return `${dpmServerName} does not list ${psName}`;
  return error === null && ending === 'ended' && found === true
    ? null
    : `the DPM server did not reach the agent on ${psName}`;
};

export interface RefreshStepInput extends RefreshComputerInput {
  /** With a generation a refresh is only the proof: it does not count as a change. */
  readonly change?: PasswordChange | null;
  /** Nothing was changed yet: what to do where the agent does not answer. */
  readonly before?: boolean;
}

const afterChange =
  'The same password must be set on both computers: run update-password on the protected computer, then here.';
/** A generation is a name: nothing that is kept shows that both computers were given the same password under it. */
const afterGeneration = (psName: string, change: PasswordChange): readonly string[] => [
  `Likely cause: ${psName} was given another password as ${changeText(change)}. dpm-prep keeps no password, so it cannot compare them.`,
  `Find the password that was set on ${psName}, and give that one here, with the same flags. If nobody knows it, set a new one on both computers, under a new name: --generation`,
];
const beforeChange =
  'Leave the password as it is until the DPM server reaches the agent. On the protected computer, run "dpm-prep status" and "dpm-prep preflight".';

/** "Refresh information": DPM contacts the agent with what it knows now. */
export const refreshComputer = ({ dpmServerName, psName, change, before }: RefreshStepInput): Step => ({
  id: `${refreshPrefix}${psName}`,
  ...(change || before === true ? { onlyReads: true } : {}),
  ...recordedAs(refreshAct({ dpmServerName, psName }), change),
  title: `Refresh the agent information of ${psName}`,
  side: 'dpm-server',
  source: section,
  group: psName,
  // Asking again is what a refresh is, so it is never done already.
  probe: async () =>
    Promise.resolve({ state: 'not-done', found: 'This run refreshes the agent information.' }),
  command: () => refreshAct({ dpmServerName, psName }),
  verify: async (_machine, { result }) => {
    const failed = whyNotReached({ dpmServerName, psName }, result);
    return Promise.resolve(
      failed === null
        ? { state: 'verified', found: `The DPM server reached the agent on ${psName}.` }
        : {
            state: 'not-verified',
            found: failed,
            fix: before === true ? [beforeChange] : change ? afterGeneration(psName, change) : [afterChange],
          },
    );
  },
});
