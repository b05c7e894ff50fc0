import { mayBeSameComputer, sameName } from '../dpm/names.js';
import { setDpmServerNtlmArguments, type SetDpmServerNtlm } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { endedWell } from '../machine/ended-well.js';
import type { Machine } from '../machine/machine.js';
import { agentTrace, askInstallation, ntlmContradiction, ownersOf, traceOf } from './agent.js';
import type { Facts, Step, StepRecord } from './step.js';

export const setDpmServerNtlmId = 'set-dpm-server';

export interface SetDpmServerNtlmInput extends SetDpmServerNtlm {
  /** Folder of SetDpmServer.exe. */
  readonly binFolder: string;
}

interface Evidence {
  readonly account: boolean;
  /** When its password was set; null: not known. */
  readonly passwordSet: string | null;
  /** Null where the firewall could not be asked. */
  readonly firewall: boolean | null;
  readonly otherOwner: string | null;
  /** The agent itself names this DPM server. */
  readonly owned: boolean;
}

const concernsAgent = (rule: { readonly name: string; readonly program: string | null }): boolean =>
  /\bdpmra\.exe$/i.test(rule.program ?? '') || /dpm/i.test(rule.name);

/** The documented traces of the command: the local account, the firewall exceptions. */
const gatherEvidence = async (machine: Machine, input: SetDpmServerNtlmInput): Promise<Evidence> => {
  const [{ users }, firewall, installation] = await Promise.all([
    machine.ask('local-users', { names: [input.userName] }),
    machine.ask('firewall-rules', {}),
    machine.ask('installation', {}),
  ]);
  const owners = installation.owners.filter((owner) => !sameName(owner, input.dpmServerName));
  const account = users.find((user) => sameName(user.name, input.userName));
  return {
    account: account !== undefined,
    passwordSet: account?.passwordLastSet ?? null,
    firewall:
      firewall.enabled === null
        ? null
        : firewall.rules.some((rule) => rule.enabled && rule.allow && concernsAgent(rule)),
    otherOwner: installation.owners.length === owners.length ? (owners[0] ?? null) : null,
    owned: ownersOf(installation).some((owner) => mayBeSameComputer(owner, input.dpmServerName)),
  };
};

/**
 * What only a SetDpmServer that came to its end leaves. The account is made first, so it alone shows nothing. What was there
 * before the tool began shows nothing either: firewall exceptions, an owner.
 */
const cameToItsEnd = (before: Facts, { firewall, owned }: Evidence): boolean =>
  firewall === true && ((owned && before.ownedBefore === false) || before.firewallBefore === false);

/** The run was interrupted while the tool ran, and the tool came to its end on its own. */
const finishedUnseen = ({ ended, facts }: StepRecord, evidence: Evidence): boolean =>
  facts.accountBefore !== true &&
  ((evidence.firewall === true && ended?.well === true) || cameToItsEnd(facts, evidence));

const failureIds = /\b(326(?:8\d|9\d)|3270[01])\b/;

/** SetDpmServer, NTLM form. Microsoft's page, "Install and configure the agent", steps 2 and 3. */
export const setDpmServerNtlm = (input: SetDpmServerNtlmInput): Step => ({
  id: setDpmServerNtlmId,
  title: 'Configure the agent to recognize the DPM server',
  side: 'protected-computer',
  source: page('Install and configure the agent'),
  probe: async (machine, record) => {
    const evidence = await gatherEvidence(machine, input);
    if (!evidence.account) {
      return {
        state: 'not-done',
        found: `There is no local account ${input.userName}.`,
        facts: { accountBefore: false, firewallBefore: evidence.firewall, ownedBefore: evidence.owned },
      };
    }
    if (evidence.otherOwner !== null) {
      return {
        state: 'unknown',
        found: `The account ${input.userName} exists, but the agent belongs to the DPM server ${evidence.otherOwner}.`,
      };
    }
    const against = ntlmContradiction(await askInstallation(machine), traceOf(record.facts));
    if (record.everVerified && against !== null) {
      return {
        state: 'unknown',
        found: `The account ${input.userName} exists, and the agent was configured with these values before, but ${against}.`,
      };
    }
    if (record.everVerified && evidence.firewall === false) {
      return {
        state: 'unknown',
        found: `The account ${input.userName} exists, but the firewall exceptions for the agent are missing. The agent may have been reinstalled.`,
      };
    }
    if (record.everVerified) {
      const when = record.everVerified.toISOString().slice(0, 10);
      return {
        state: 'done',
        found: `Configured with these values on ${when}; the account ${input.userName} is still there. Its password was not changed.`,
      };
    }
    if (record.started && finishedUnseen(record, evidence)) {
      return {
        state: 'done',
        found: `The earlier run's SetDpmServer left the account ${input.userName} and the firewall exceptions. The account has the password of that run. If you do not know it, run: dpm-prep update-password`,
        facts: agentTrace(await askInstallation(machine)),
      };
    }
    return {
      state: 'unknown',
      found: `The local account ${input.userName} exists, but dpm-prep did not create it with these values. SetDpmServer must create it itself (ID 32693).`,
      facts: { accountBefore: true },
    };
  },
  command: () => ({
    kind: 'program',
    tool: 'SetDpmServer.exe',
    path: `${input.binFolder}\\SetDpmServer.exe`,
    arguments: setDpmServerNtlmArguments(input),
    asksPassword: 2,
  }),
  password: `SetDpmServer asks for a new password for the local account ${input.userName}, which it creates on this computer, and asks for it again. Remember it: you enter the same password on the DPM server.`,
  verify: async (machine, { before, result }) => {
    const evidence = await gatherEvidence(machine, input);
    const reported = failureIds.exec(result.output.join('\n'));
    if (!evidence.account) {
      return {
        state: 'not-verified',
        found: `there is no local account ${input.userName}`,
      };
    }
    if (reported && result.exitCode !== 0) {
      return {
        state: 'not-verified',
        found: `the local account ${input.userName} exists, but SetDpmServer reported error ${reported[0]}`,
      };
    }
    if (evidence.firewall === false) {
      return {
        state: 'not-verified',
        found: `the local account ${input.userName} exists, but the firewall exceptions for the agent are missing`,
        fix: [
          'Possible cause (inferred, not documented): SetDpmServer ended before it was finished, or a group policy controls Windows Firewall, or the service Windows Defender Firewall (mpssvc) is stopped.',
          `Fix the cause, then delete the local account that SetDpmServer created: net user ${input.userName} /delete`,
          'Then run: dpm-prep again',
        ],
      };
    }
    if (!endedWell(result) && !cameToItsEnd(before.facts ?? {}, evidence)) {
      return {
        state: 'not-verified',
        found: `the local account ${input.userName} exists, but nothing shows that SetDpmServer came to its end`,
        fix: [
          `Delete the local account that SetDpmServer created: net user ${input.userName} /delete`,
          'Then run: dpm-prep again',
        ],
      };
    }
    const firewall = evidence.firewall === true ? ', and the firewall exceptions for the agent exist' : '';
    return {
      state: 'verified',
      found: `The local account ${input.userName} exists${firewall}.`,
      facts: {
        ...agentTrace(await askInstallation(machine)),
        ...(evidence.passwordSet === null ? {} : { passwordSet: evidence.passwordSet }),
      },
    };
  },
  patienceMs: 5_000,
});
