import { complete, missingAnswer } from '../../answers/complete.js';
import type { Finding } from '../../checks/check.js';
import { carriableAuthorities } from '../../dpm/carried-file.js';
import type { SetDpmCredentials } from '../../dpm/command-lines.js';
import { handoverSchemaVersion, type Handover } from '../../dpm/handover.js';
import type { SwitchNode, SwitchPlan } from '../../dpm/switch-plan.js';
import type { Machine } from '../../machine/machine.js';
import { attachPlan, removePlan, switchWords, type TurnPlan } from '../../procedures/switch-auth.js';
import { isUnchanged, type CredentialFile } from '../../steps/credential-files.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import { refuseProtected } from '../../steps/remove-production-server.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import { refuseOtherMethod } from '../../application/attach/other-method.js';
import { judgedAttach } from '../../application/attach/certificate.js';
import { CredentialJudge, lastMadeHere, recordedOwnFiles } from '../../application/credential-facts.js';
import { findDpmCredential } from '../../application/dpm-credential.js';
import { serverBinFolder, type ComputerFacts } from '../../application/facts.js';
import { newFolderFor } from '../../application/new-folder.js';
import { configuredThumbprint, existingJournal } from '../../application/past-runs.js';
import { authoritiesAbove } from '../../application/peer-roots.js';
import { unattendedNeeds } from '../../application/procedure.js';
import { chooseCertificate, storeCertificateFindings } from '../../application/store-certificates.js';
import type { spec } from './spec.js';

export type SwitchKey = KeysOf<typeof spec>;
export type SwitchContext = CommandContext<SwitchKey>;

/** What a turn is made of: who, where, and what was answered. */
export interface TurnContext {
  readonly context: SwitchContext;
  readonly machine: Machine;
  readonly facts: ComputerFacts;
  readonly switchPlan: SwitchPlan;
  /** Full path of the plan file. */
  readonly path: string;
  /** Its folder: it also holds what travels with the plan. */
  readonly folder: string;
  readonly at: Date;
}

export interface ReadyTurn {
  readonly turn: TurnPlan;
  readonly answers: SwitchContext['answers'];
  readonly findings: readonly Finding[];
}

/** The .bin that this DPM server has already: given, or the last one that set-credentials made here. */
const ownCredential = async ({
  context,
  machine,
  facts,
  switchPlan,
  folder,
}: TurnContext): Promise<CredentialFile | null> => {
  const given = context.answers.dpmCredential;
  if (given !== undefined) {
    return findDpmCredential({ machine, facts: null, given, beside: folder, named: null });
  }
  for (const file of [...recordedOwnFiles(existingJournal(context, machine))].reverse()) {
    if (await isUnchanged(machine, file)) return file;
  }
  const named = switchPlan.dpmServerCredential;
  return named === null
    ? null
    : findDpmCredential({
        machine,
        facts,
        given: named.name,
        beside: folder,
        named: { ...named, by: 'the plan file', dpmServerName: switchPlan.dpmServerName },
      });
};

const newCredentials = async (
  turn: TurnContext,
): Promise<{
  readonly credentials: SetDpmCredentials;
  readonly thumbprint: string;
  readonly findings: readonly Finding[];
}> => {
  const { context, machine, facts, switchPlan, folder } = turn;
  const { answers } = context;
  const certificate = {
    expectedName: facts.computer.fqdn ?? switchPlan.dpmServerName,
    ...(answers.authCaThumbprint === undefined ? {} : { authCaThumbprint: answers.authCaThumbprint }),
  };
  const thumbprint = answers.thumbprint ?? (await chooseCertificate(context, machine, certificate));
  return {
    credentials: {
      dpmServerName: switchPlan.dpmServerName,
      outputFilePath: answers.outputFilePath ?? folder,
      action: 'Configure',
      thumbprint,
      ...(answers.authCaThumbprint === undefined ? {} : { authCaThumbprint: answers.authCaThumbprint }),
    },
    thumbprint,
    findings: await storeCertificateFindings(context, machine, { ...certificate, thumbprint }),
  };
};

export const readyToRemove = async (turn: TurnContext, isNew: boolean): Promise<ReadyTurn> => {
  const { context, facts, switchPlan, path, at } = turn;
  await refuseProtected(
    turn.machine,
    switchPlan.dpmServerName,
    switchPlan.nodes.map(({ name }) => name),
    switchWords,
  );
  const own = context.answers.thumbprint === undefined ? await ownCredential(turn) : null;
  await complete(context.answers, [], context.prompter, [
    ...unattendedNeeds(context),
    ...(own === null && context.answers.thumbprint === undefined ? [missingAnswer('thumbprint')] : []),
  ]);
  const made = own === null ? await newCredentials(turn) : null;
  return {
    turn: removePlan({
      switchPlan,
      path,
      at,
      binFolder: serverBinFolder(facts),
      isNew,
      folder: context.answers.outputFilePath ?? turn.folder,
      credentials: made && {
        ...made.credentials,
        outputFilePath: newFolderFor(turn.machine),
        lastMade: lastMadeHere(existingJournal(context, turn.machine)),
      },
      ownFile: own,
      authorities: carriableAuthorities(
        await authoritiesAbove(turn.machine, made?.thumbprint ?? configuredThumbprint(context, turn.machine)),
      ),
    }),
    answers: {
      ...context.answers,
      plan: path,
      ...(made?.credentials.thumbprint === undefined ? {} : { thumbprint: made.credentials.thumbprint }),
    },
    findings: made?.findings ?? [],
  };
};

/** The plan file's word on a node, as the guard of the attach wants it. */
const handoverOf = (plan: SwitchPlan, node: SwitchNode): Handover => ({
  kind: 'dpm-prep handover',
  schemaVersion: handoverSchemaVersion,
  rehearsal: plan.rehearsal,
  witnessed: true,
  method: 'certificate',
  writtenBy: 'protected-computer',
  dpmServerName: plan.dpmServerName,
  psName: node.name,
  userName: null,
  productionServerDnsSuffix: null,
  thumbprint: null,
  dpmServerCredential: plan.dpmServerCredential,
  protectedComputerCredential: node.credential,
  dpmServerAuthorities: [],
  protectedComputerAuthorities: [],
});

export const readyToAttach = async (turn: TurnContext): Promise<ReadyTurn> => {
  const { context, machine, facts, switchPlan, path, folder, at } = turn;
  const { dpmServerName } = switchPlan;
  await complete(context.answers, [], context.prompter, unattendedNeeds(context));
  const journal = existingJournal(context, machine);
  const judge = new CredentialJudge(machine, facts, journal);
  const listed = await ListedComputers.of(machine, dpmServerName);
  for (const { name, done } of switchPlan.nodes)
    if (done.attached === null) refuseOtherMethod({ listed, journal, psName: name, method: 'certificate' });
  const attaches = [];
  for (const node of switchPlan.nodes) {
    if (node.done.attached !== null) continue;
    attaches.push(
      await judgedAttach({
        machine,
        facts,
        journal,
        judge,
        dpmServerName,
        psName: node.name,
        psCredential: node.credential?.name ?? '',
        beside: folder,
        handover: handoverOf(switchPlan, node),
        confirmed: null,
      }),
    );
  }
  return {
    turn: attachPlan({ switchPlan, path, at, attaches }),
    answers: { ...context.answers, plan: path },
    findings: [],
  };
};
