import { sameName } from '../dpm/names.js';
import {
  setDpmServerUpdatePasswordArguments,
  updateNonDomainServerInfoParameters,
} from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import type { ActCommand } from '../machine/command.js';
import type { Machine } from '../machine/machine.js';
import type { Step } from './step.js';

const section = page('Update the password');

export interface UpdatePasswordInput {
  readonly binFolder: string;
  readonly dpmServerName: string;
  /** The account, if an earlier run or a handover file says which. */
  readonly userName: string | null;
}

/** Windows keeps the age of a password in whole seconds. */
const granularityMs = 2_000;

const changedSince = async (
  machine: Machine,
  since: Date,
  userName: string | null,
): Promise<string | null> => {
  const { users } = await machine.ask('local-users', {});
  const changed = users.find(
    (user) =>
      (userName === null || sameName(user.name, userName)) &&
      user.passwordLastSet !== null &&
      Date.parse(user.passwordLastSet) >= since.getTime() - granularityMs,
  );
  return changed?.name ?? null;
};

/** SetDpmServer -updatePassword on the protected computer. */
export const updatePassword = (input: UpdatePasswordInput): Step => ({
  id: 'update-password',
  title: 'Update the password of the NTLM account',
  side: 'protected-computer',
  source: section,
  probe: async (machine, record) => {
    if (record.started) {
      const name = await changedSince(machine, record.started, input.userName);
      if (name !== null) {
        return { state: 'done', found: `The password of ${name} was set after the earlier run began.` };
      }
    }
    return { state: 'not-done', found: 'The password is to be changed.' };
  },
  command: () => ({
    kind: 'program',
    tool: 'SetDpmServer.exe',
    path: `${input.binFolder}\\SetDpmServer.exe`,
    arguments: setDpmServerUpdatePasswordArguments({ dpmServerName: input.dpmServerName }),
    asksPassword: 2,
  }),
  verify: async (machine, { started }) => {
    const name = await changedSince(machine, started, input.userName);
    return name === null
      ? {
          state: 'not-verified',
          found: `no local account${input.userName === null ? '' : ` ${input.userName}`} has a password that was set since`,
        }
      : { state: 'verified', found: `The password of the local account ${name} was set just now.` };
  },
  patienceMs: 5_000,
});

export interface UpdateNonDomainServerInfoInput {
  readonly binFolder: string;
  readonly dpmServerName: string;
  readonly psName: string;
}

/** Update-NonDomainServerInfo.ps1 on the DPM server (the page calls it a cmdlet; it is a script in DPM\bin). */
export const updateNonDomainServerInfo = (input: UpdateNonDomainServerInfoInput): Step => ({
  id: `update-non-domain-server-info:${input.psName}`,
  title: `Tell the DPM server the new password of ${input.psName}`,
  side: 'dpm-server',
  source: section,
  group: input.psName,
  probe: async (_machine, record) =>
    Promise.resolve(
      // After a failed run the password may have been the wrong one: DPM shows none, and telling it again does no harm.
      record.ended?.well === true && !record.runFailed
        ? { state: 'done', found: 'The earlier run told the DPM server.' }
        : { state: 'not-done', found: 'The DPM server is to be told the new password.' },
    ),
  command: () => ({
    kind: 'script',
    tool: 'Update-NonDomainServerInfo.ps1',
    path: `${input.binFolder}\\Update-NonDomainServerInfo.ps1`,
    parameters: updateNonDomainServerInfoParameters(input),
    takesPassword: true,
  }),
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

/** "Refresh information": DPM contacts the agent with what it knows now. */
export const refreshComputer = ({ dpmServerName, psName }: RefreshComputerInput): Step => ({
  id: `refresh:${psName}`,
  title: `Refresh the agent information of ${psName}`,
  side: 'dpm-server',
  source: section,
  group: psName,
  // Asking again is what a refresh is, so it is never done already.
  probe: async () =>
    Promise.resolve({ state: 'not-done', found: 'The agent information is to be refreshed.' }),
  command: () => refreshAct({ dpmServerName, psName }),
  verify: async (_machine, { result }) =>
    Promise.resolve(
      result.error === null && result.ending === 'ended'
        ? { state: 'verified', found: `The DPM server reached the agent on ${psName}.` }
        : {
            state: 'not-verified',
            found: `the DPM server did not reach the agent on ${psName}`,
            fix: [
              'The same password must be set on both computers: run update-password on the protected computer, then here.',
            ],
          },
    ),
});
