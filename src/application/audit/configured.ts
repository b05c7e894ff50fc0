import { parseComputerName } from '../../dpm/names.js';
import { parseThumbprint } from '../../dpm/thumbprint.js';
import type { Reading } from '../../audit/document.js';
import type { Machine } from '../../machine/machine.js';
import type { Journal, JournalEntry, PastRun } from '../../run/journal.js';
import {
  agentIsInstalled,
  certificateContradiction,
  ntlmContradiction,
  ownersOf,
  traceOf,
  type Installation,
} from '../../steps/agent.js';
import { importPfxId } from '../../steps/import-certificate.js';
import { setDpmServerCertificateId } from '../../steps/set-dpm-server-certificate.js';
import { setDpmServerNtlmId } from '../../steps/set-dpm-server-ntlm.js';
import type { CommandContext } from '../command.js';
import { configuredThumbprint } from '../past-runs.js';
import { known, timeOf, unread } from './reading.js';

/** How the agent of this computer was configured, as far as runs of dpm-prep know and the agent does not contradict. */
export interface Configured {
  readonly mode: Reading<'ntlm' | 'certificate'>;
  readonly dpmServerName: Reading<string>;
  /** The local account for NTLM. */
  readonly userName: Reading<string>;
}

const byHand =
  'dpm-prep did not configure this agent, and Microsoft documents no way to see how it was configured.';

type Verified = Extract<JournalEntry, { event: 'verified' }>;

const isConfiguring = (entry: JournalEntry): entry is Verified =>
  entry.event === 'verified' &&
  entry.state === 'verified' &&
  (entry.step === setDpmServerNtlmId || entry.step === setDpmServerCertificateId);

const answerOf = (run: PastRun | undefined, key: string): string | undefined => {
  const value = run?.run.answers[key];
  return typeof value === 'string' ? value : undefined;
};

/** A value of the recorded command line of SetDpmServer, such as -dpmServerName Server01. */
const inLine = ({ line }: Verified, parameter: string): string | undefined =>
  new RegExp(`-${parameter}\\s+(?:"([^"]+)"|'([^']+)'|(\\S+))`, 'i').exec(line)?.slice(1).find(Boolean);

const nameReading = (name: string | undefined, why: string): Reading<string> => {
  if (name === undefined) return unread(why);
  const parsed = parseComputerName(name);
  return parsed.ok ? known(parsed.value.text) : unread(parsed.problem);
};

export const configuredAgent = (journal: Journal | null, installation: Installation): Configured => {
  const shown = ownersOf(installation)[0];
  const last = journal?.entries.findLast(isConfiguring);
  const noneBy = (why: string): Configured => ({
    mode: unread(why),
    dpmServerName: nameReading(shown, why),
    userName: unread(why),
  });
  if (!agentIsInstalled(installation)) return noneBy('No agent is installed here.');
  if (last === undefined) return noneBy(byHand);
  const trace = traceOf(last.facts);
  const certificate = last.step === setDpmServerCertificateId;
  const against = certificate
    ? certificateContradiction(installation, trace)
    : ntlmContradiction(installation, trace);
  if (against !== null) {
    return noneBy(`dpm-prep configured this agent on ${last.at.slice(0, 10)}, but ${against}.`);
  }
  const run = journal?.runs.find(({ run: { run: id } }) => id === last.run);
  return {
    mode: known(certificate ? 'certificate' : 'ntlm'),
    dpmServerName: nameReading(
      inLine(last, 'dpmServerName') ?? answerOf(run, 'dpmServerName') ?? shown,
      'The run that configured the agent did not record the name of the DPM server.',
    ),
    userName: certificate
      ? unread('The agent authenticates by certificate.')
      : ((name) => (name === undefined ? unread('The run did not record the account.') : known(name)))(
          inLine(last, 'userName') ?? answerOf(run, 'userName'),
        ),
  };
};

/** The thumbprint that this computer was configured with. */
export const configuredWith = (
  context: CommandContext,
  machine: Machine,
  journal: Journal | null,
): Reading<string> => {
  const last = journal?.entries.findLast(isConfiguring);
  const given =
    (last?.step === setDpmServerCertificateId ? inLine(last, 'thumbprint') : undefined) ??
    configuredThumbprint(context, machine);
  const parsed = given === undefined ? null : parseThumbprint(given);
  return parsed?.ok === true
    ? known(parsed.value)
    : unread('dpm-prep did not configure this computer with a certificate.');
};

/** When dpm-prep imported each certificate here, by thumbprint. */
export const importsOf = (journal: Journal | null): ReadonlyMap<string, string> =>
  new Map(
    (journal?.entries ?? []).flatMap((entry) => {
      if (entry.event !== 'verified' || entry.state !== 'verified' || entry.step !== importPfxId) return [];
      const { thumbprint } = entry.facts;
      const at = timeOf(entry.at);
      return typeof thumbprint === 'string' && at !== null ? [[thumbprint.toUpperCase(), at] as const] : [];
    }),
  );
