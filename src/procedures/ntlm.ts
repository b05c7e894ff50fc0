import { hostLabel, nameForm, type ComputerName } from '../dpm/names.js';
import { handoverSchemaVersion, type Handover } from '../dpm/handover.js';
import { attachNtlm } from '../steps/attach-ntlm.js';
import type { AttachedWith } from '../steps/attach-record.js';
import { installAgent } from '../steps/install-agent.js';
import { updateAgent, type UpdateAgentInput } from '../steps/update-agent.js';
import { listDataSources } from '../steps/list-data-sources.js';
import type { Step } from '../steps/step.js';
import { setDpmServerNtlm } from '../steps/set-dpm-server-ntlm.js';
import {
  refreshComputer,
  updateNonDomainServerInfo,
  updatePassword,
  type UpdateNonDomainServerInfoInput,
  type UpdatePasswordInput,
} from '../steps/update-password.js';
import { writeHandover } from '../steps/write-handover.js';
import { nothingToProtect } from './certificate.js';
import type { Plan } from './plan.js';

/** The names of one pair, in one form. */
export interface NtlmNames {
  readonly dpmServerName: string;
  readonly psName: string;
  readonly userName: string;
  readonly productionServerDnsSuffix: string | null;
}

/**
 * The protected computer's name as the DPM server will know it: `<computer>.<suffix>` with a suffix (the page's
 * example 2), else in the form of the DPM server's name (example 1). Null: an FQDN is needed and none is known.
 */
export const protectedComputerName = (
  dpmServerName: ComputerName,
  suffix: string | null,
  computer: { readonly netbiosName: string; readonly fqdn: string | null },
): string | null => {
  if (suffix !== null) return `${hostLabel(computer.netbiosName)}.${suffix}`;
  return dpmServerName.form === 'netbios' ? computer.netbiosName : computer.fqdn;
};

/** What is wrong with a pair of names, as a sentence, or null. One form everywhere (32685, 32698). */
export const nameFormProblem = (
  dpmServerName: string,
  psName: string,
  suffix: string | null,
): string | null => {
  if (suffix !== null && nameForm(dpmServerName) === 'netbios') {
    return `--production-server-dns-suffix needs FQDNs for both computers, and ${dpmServerName} is a NetBIOS name (ID 32698).`;
  }
  if (nameForm(dpmServerName) !== nameForm(psName)) {
    return `${dpmServerName} and ${psName} have different forms, NetBIOS and FQDN. Use the same form everywhere (ID 32685).`;
  }
  return null;
};

export const installAgentPlan = (installer: string): Plan => ({
  procedure: 'install-agent',
  side: 'protected-computer',
  title: 'Install the DPM protection agent',
  steps: [installAgent({ installer })],
  notes: [],
});

/** A newer agent over an older one. The notes come before the plan is run: the order of the computers matters. */
export const updateAgentPlan = (input: UpdateAgentInput, jobsAreKnown: boolean): Plan => ({
  procedure: 'install-agent',
  side: 'protected-computer',
  title: 'Update the DPM protection agent',
  steps: [updateAgent(input)],
  notes: [
    'Update the DPM server first. Backups of an agent that is newer than its DPM server fail (IDs 340, 372).',
    ...(jobsAreKnown
      ? []
      : [
          'Running backup jobs of this computer fail (ID 323). Only the DPM server sees them: check in the DPM console, or give its audit document (--server-audit).',
        ]),
  ],
});

export interface NtlmProtectedInput {
  readonly names: NtlmNames;
  readonly binFolder: string;
  /** Null: the agent is there already, and installing it is not part of the plan. */
  readonly installer: string | null;
  readonly handoverFolder: string;
  readonly rehearsal: boolean;
  /** Takes away what is recorded of a step from before something else changed the agent. */
  readonly sinceChanged: (step: Step) => Step;
}

const ntlmHandover = (names: NtlmNames, rehearsal: boolean): Handover => ({
  kind: 'dpm-prep handover',
  schemaVersion: handoverSchemaVersion,
  rehearsal,
  method: 'ntlm',
  witnessed: true,
  writtenBy: 'protected-computer',
  dpmServerName: names.dpmServerName,
  psName: names.psName,
  userName: names.userName,
  productionServerDnsSuffix: names.productionServerDnsSuffix,
  thumbprint: null,
  dpmServerCredential: null,
  protectedComputerCredential: null,
  dpmServerAuthorities: [],
  protectedComputerAuthorities: [],
});

/** "Back up using NTLM authentication", the protected computer's part. */
export const ntlmProtectedPlan = (input: NtlmProtectedInput): Plan => {
  const { names } = input;
  return {
    procedure: 'ntlm',
    side: 'protected-computer',
    title: `Prepare ${names.psName} for backup by ${names.dpmServerName} (NTLM)`,
    steps: [
      ...(input.installer === null ? [] : [installAgent({ installer: input.installer })]),
      input.sinceChanged(
        setDpmServerNtlm({
          binFolder: input.binFolder,
          dpmServerName: names.dpmServerName,
          userName: names.userName,
          productionServerDnsSuffix: names.productionServerDnsSuffix,
        }),
      ),

      writeHandover({
        side: 'protected-computer',
        folder: input.handoverFolder,
        handover: () => ntlmHandover(names, input.rehearsal),
      }),
    ],
    notes: [],
  };
};

export interface NtlmAttachInput {
  readonly names: Pick<NtlmNames, 'dpmServerName' | 'psName' | 'userName'> &
    Partial<Pick<NtlmNames, 'productionServerDnsSuffix'>>;
  readonly binFolder: string;
  /** With what this computer was last attached to this DPM server, by the journal; null: not known. */
  readonly lastAttach: AttachedWith | null;
}

/** "Attach the computer", the DPM server's part. */
export const ntlmAttachPlan = ({ names, binFolder, lastAttach }: NtlmAttachInput): Plan => {
  const { dpmServerName, psName, userName } = names;
  return {
    procedure: 'ntlm',
    side: 'dpm-server',
    title: `Attach ${psName} to ${dpmServerName} (NTLM)`,
    steps: [
      attachNtlm({ binFolder, dpmServerName, psName, userName, lastAttach }),
      listDataSources({ dpmServerName, psName, file: null, ifNone: nothingToProtect(psName) }),
    ],
    notes: [],
  };
};

export const updatePasswordProtectedPlan = (
  input: UpdatePasswordInput & { readonly sinceOtherChange?: (step: Step) => Step },
): Plan => {
  const step = updatePassword(input);
  return {
    procedure: 'update-password',
    side: 'protected-computer',
    title: `Update the password that ${input.dpmServerName} uses for this computer`,
    steps: [input.sinceOtherChange?.(step) ?? step],
    notes: [],
  };
};

/** Only a note: nothing is changed. */
export const passwordNotePlan = (step: Step): Plan => ({
  procedure: 'update-password',
  side: 'protected-computer',
  title: 'Note what the DPM server says of the password',
  steps: [step],
  notes: [],
});

/** Before a change of the password: a computer that does not answer is left alone. */
export const passwordBeforePlan = (input: {
  readonly dpmServerName: string;
  readonly psName: string;
}): Plan => ({
  procedure: 'update-password',
  side: 'dpm-server',
  title: `Ask ${input.psName} before its password is changed`,
  steps: [refreshComputer({ ...input, before: true })],
  notes: [],
});

export const updatePasswordServerPlan = (input: UpdateNonDomainServerInfoInput): Plan => ({
  procedure: 'update-password',
  side: 'dpm-server',
  title: `Update the password of ${input.psName} on ${input.dpmServerName}`,
  steps: [updateNonDomainServerInfo(input), refreshComputer(input)],
  notes: [],
});
