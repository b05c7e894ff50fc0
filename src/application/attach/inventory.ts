import { complete, refuseMissing } from '../../answers/complete.js';
import type { InventoryEntry } from '../../answers/inventory.js';
import { readPasswordFile, unattendedPassword, type PasswordKey } from '../../answers/password.js';
import { sameName } from '../../dpm/names.js';
import type { Handover } from '../../dpm/handover.js';
import type { Machine } from '../../machine/machine.js';
import { Problem, usageProblem } from '../../problem.js';
import { certificateAttachSteps } from '../../procedures/certificate.js';
import { nameFormProblem, ntlmAttachPlan } from '../../procedures/ntlm.js';
import type { Journal } from '../../run/journal.js';
import type { Report } from '../../run/report.js';
import { exitCode } from '../../exit-code.js';
import type { Secret } from '../../secret.js';
import { refuseAfterCut } from '../../steps/attach-certificate.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import type { Step } from '../../steps/step.js';
import type { CommandContext } from '../command.js';
import { CredentialJudge } from '../credential-facts.js';
import { serverBinFolder, type ComputerFacts } from '../facts.js';
import { folderOf } from '../file-paths.js';
import { judgedAttach } from './certificate.js';
import { lastAttachOf, listedBeforeCut, openAttaches } from './history.js';
import { refuseOtherMethod } from './other-method.js';
import { readHandover, refuseContradiction, refuseOtherPair } from '../handover-file.js';
import { existingJournal } from '../past-runs.js';
import type { ProcedureKey } from '../parameter-groups.js';
import { peerOf, peerTrust, withConsent, type Peer } from '../peer-roots.js';
import { passwordNeeds, runProcedure, unattendedNeeds } from '../procedure.js';
import { configuredCertificate } from '../store-certificates.js';

export type InventoryAttachKey =
  ProcedureKey | PasswordKey | 'auth' | 'dpmServerName' | 'inventory' | 'importRoot';

interface Prepared {
  readonly steps: readonly Step[];
  readonly method: 'ntlm' | 'certificate';
  /** Also where only the handover file says it. */
  readonly userName: string | null;
  readonly password: Secret | null;
  /** Whose root this DPM server must trust; null: NTLM, or no handover file says it. */
  readonly peer: Peer | null;
}

const methodOf = (
  entry: InventoryEntry,
  handover: Handover | null,
  context: CommandContext<'auth'>,
): 'ntlm' | 'certificate' =>
  handover?.method ??
  entry.method ??
  context.answers.auth ??
  (entry.psCredential === null ? 'ntlm' : 'certificate');

/** What is the same for all rows. */
interface Known {
  readonly listed: ListedComputers;
  readonly judge: CredentialJudge;
  readonly journal: Journal | null;
}

/** One row of the inventory as steps, judged as strictly as a single attach. */
const prepare = async (
  context: CommandContext<'auth'>,
  machine: Machine,
  facts: ComputerFacts,
  dpmServerName: string,
  entry: InventoryEntry,
  { listed, judge, journal }: Known,
): Promise<Prepared> => {
  const { psName } = entry;
  const handover = entry.handover === null ? null : await readHandover(machine, entry.handover);
  if (handover) {
    refuseOtherPair(handover, facts, 'dpm-server');
    if (handover.psName.toLowerCase() !== psName.toLowerCase()) {
      throw usageProblem(`The handover file ${entry.handover ?? ''} is for ${handover.psName}.`);
    }
    refuseContradiction('method', entry.method ?? undefined, handover.method);
    refuseContradiction('userName', entry.userName ?? undefined, handover.userName);
  }
  const server = handover?.dpmServerName ?? dpmServerName;
  const binFolder = serverBinFolder(facts);
  const method = methodOf(entry, handover, context);
  refuseOtherMethod({ listed, journal, psName, method });
  if (method === 'ntlm') {
    const userName = entry.userName ?? handover?.userName ?? null;
    if (userName === null)
      throw usageProblem('userName is missing. With NTLM, each computer needs its own account (ID 32689).');
    const problem = nameFormProblem(server, psName, handover?.productionServerDnsSuffix ?? null);
    if (problem !== null) throw usageProblem(problem);
    const names = { dpmServerName: server, psName, userName };
    return {
      method: 'ntlm',
      userName,
      steps: ntlmAttachPlan({ names, binFolder, lastAttach: lastAttachOf(journal, psName) }).steps,
      password: entry.passwordFile === null ? null : readPasswordFile(entry.passwordFile),
      peer: null,
    };
  }
  const named = entry.psCredential ?? handover?.protectedComputerCredential?.name;
  if (named === undefined) {
    throw usageProblem('psCredential is missing, and no handover file names one.');
  }
  const attach = await judgedAttach({
    machine,
    facts,
    journal,
    judge,
    dpmServerName: server,
    psName,
    psCredential: named,
    beside: entry.handover === null ? null : folderOf(entry.handover),
    handover,
    // An inventory is not a typed confirmation: a .bin that nobody saw being made is never attached from it.
    confirmed: null,
  });
  return {
    method: 'certificate',
    userName: null,
    steps: certificateAttachSteps(attach),
    password: null,
    peer: handover === null ? null : peerOf(psName, handover.protectedComputerAuthorities),
  };
};

const refuseSharedUsers = (rows: readonly NamedRow[], path: string): void => {
  const seen = new Map<string, InventoryEntry>();
  for (const { entry, userName } of rows) {
    if (userName === null) continue;
    const before = seen.get(userName.toLowerCase());
    if (before) {
      throw usageProblem(
        `The inventory ${path} gives ${before.psName} (${before.at}) and ${entry.psName} (${entry.at}) the same userName ${userName}. Each computer needs its own account (ID 32689).`,
      );
    }
    seen.set(userName.toLowerCase(), entry);
  }
};

interface NamedRow {
  readonly entry: InventoryEntry;
  readonly userName: string | null;
}

/** An interrupted attach is judged even if its row was removed from the inventory since. */
const refuseLossOfLeftOut = ({ listed, journal }: Known, entries: readonly InventoryEntry[]): void => {
  for (const { psName, sha256 } of openAttaches(journal)) {
    if (entries.some((entry) => sameName(entry.psName, psName))) continue;
    refuseAfterCut(
      {
        dpmServerName: listed.dpmServerName,
        psName,
        psCredential: `the file of ${psName} (SHA-256 ${sha256})`,
        listedBeforeCut: listedBeforeCut(journal, sha256),
      },
      listed,
    );
  }
};

/** Attaches many computers: one plan, one step for each; all rows are judged before the first attach. */
export const runInventoryAttach = async (
  context: CommandContext<InventoryAttachKey>,
  machine: Machine,
  facts: ComputerFacts,
  entries: readonly InventoryEntry[],
): Promise<Report> => {
  const path = context.answers.inventory ?? '';
  refuseSharedUsers(
    entries.map((entry) => ({ entry, userName: entry.userName })),
    path,
  );
  const own = facts.computer.netbiosName;
  const known =
    context.answers.dpmServerName === undefined && entries.every(({ handover }) => handover !== null)
      ? { ...context.answers, dpmServerName: { text: own, form: 'netbios' as const } }
      : context.answers;
  const someNeed = entries.some(
    ({ method, passwordFile, psCredential }) =>
      (method ?? context.answers.auth) === 'ntlm' && passwordFile === null && psCredential === null,
  );
  const answers = await complete(known, [{ key: 'dpmServerName', suggestion: own }], context.prompter, [
    ...(someNeed ? passwordNeeds(context) : []),
    ...unattendedNeeds(context),
  ]);
  const journal = existingJournal(context, machine);
  const same: Known = {
    journal,
    listed: await ListedComputers.of(machine, own),
    judge: new CredentialJudge(machine, facts, journal),
  };
  refuseLossOfLeftOut(same, entries);
  const rows: NamedRow[] = [];
  const prepared: Prepared[] = [];
  const problems: string[] = [];
  let code: Problem['exitCode'] = exitCode.usage;
  for (const entry of entries) {
    try {
      const row = await prepare(context, machine, facts, answers.dpmServerName.text, entry, same);
      prepared.push(row);
      rows.push({ entry, userName: row.userName });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.exitCode === exitCode.checkFailed) code = exitCode.checkFailed;
      problems.push(`${entry.psName} (${entry.at}): ${error.message}`);
    }
  }
  if (problems.length > 0) {
    throw new Problem(code, {
      what: `${String(problems.length)} of ${String(entries.length)} computers in ${path} cannot be attached with these values. Nothing was changed.`,
      fix: problems.slice(0, 50),
    });
  }
  refuseSharedUsers(rows, path);
  if (prepared.some(({ method, password }) => method === 'ntlm' && password === null)) {
    refuseMissing([...passwordNeeds(context), ...unattendedNeeds(context)]);
  }
  const byCertificate = prepared.some(({ method }) => method === 'certificate');
  const findings = byCertificate
    ? ((await configuredCertificate(context, machine, facts))?.findings ?? [])
    : [];
  const trust = byCertificate
    ? await peerTrust(
        context,
        machine,
        'dpm-server',
        prepared.flatMap(({ peer }) => (peer === null ? [] : [peer])),
      )
    : null;
  const passwords = new Map(
    prepared.flatMap(({ steps, password }) => steps.map((step) => [step.id, password] as const)),
  );
  return runProcedure(context, {
    plan: {
      procedure: prepared.some(({ method }) => method === 'ntlm') ? 'ntlm' : 'certificate',
      side: 'dpm-server',
      title: `Attach ${String(prepared.length)} computers to ${answers.dpmServerName.text}`,
      steps: [...(trust?.steps ?? []), ...prepared.flatMap(({ steps }) => steps)],
      notes: [],
    },
    machine,
    answers: trust === null ? answers : withConsent(answers, trust),
    findings,
    about: {
      listed: entries.map(({ psName }) => psName),
      ...(trust === null ? {} : { peers: trust.peers }),
    },
    password: () => unattendedPassword(answers, context.environment),
    passwordFor: (step) => passwords.get(step.id) ?? null,
    next: () => null,
  });
};
