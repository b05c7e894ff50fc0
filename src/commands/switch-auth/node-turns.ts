import { complete, missingAnswer } from '../../answers/complete.js';
import { carriableAuthorities } from '../../dpm/carried-file.js';
import type { SwitchNode } from '../../dpm/switch-plan.js';
import { checkProblem } from '../../problem.js';
import { clearPlan, configurePlan } from '../../procedures/switch-auth.js';
import { agentFolder } from '../../dpm/locations.js';
import { agentIsInstalled, ownersOf } from '../../steps/agent.js';
import { enumeratesNothing } from '../../steps/list-data-sources.js';
import { setDpmServerCertificateId } from '../../steps/set-dpm-server-certificate.js';
import { setDpmServerNtlmId } from '../../steps/set-dpm-server-ntlm.js';
import { findDpmCredential } from '../../application/dpm-credential.js';
import { agentBinFolder, removableProducts } from '../../application/facts.js';
import { resolveInstaller } from '../../application/agent-installer.js';
import { existingJournal } from '../../application/past-runs.js';
import { newFolderFor } from '../../application/new-folder.js';
import { authoritiesAbove } from '../../application/peer-roots.js';
import { unattendedNeeds } from '../../application/procedure.js';
import { chooseCertificate, storeCertificateFindings } from '../../application/store-certificates.js';
import type { ReadyTurn, TurnContext } from './server-turns.js';

export const readyToClear = async (turn: TurnContext, node: SwitchNode): Promise<ReadyTurn> => {
  const { context, machine, facts, switchPlan, path, at } = turn;
  const { computer } = facts;
  const products = removableProducts(facts);
  await complete(context.answers, [], context.prompter, unattendedNeeds(context));
  const { started } = await machine.ask('last-start', {});
  return {
    turn: clearPlan({
      switchPlan,
      path,
      at,
      node,
      products,
      msiexec: machine.files.join(computer.systemDirectory, 'msiexec.exe'),
      restartPending: computer.restartPending,
      lastStart: new Date(started),
    }),
    answers: { ...context.answers, plan: path },
    findings: [],
  };
};

/**
 * The plan file says that the agent was uninstalled. An agent that is configured all the same, and not by this turn, was
 * set up by other means since: switched without being uninstalled, it makes the cluster show no resources.
 */
const refuseForeignAgent = ({ context, machine, facts }: TurnContext, node: SwitchNode): void => {
  const { installation, computer } = facts;
  const since = Date.parse(node.done.agentUninstalled ?? '') || 0;
  const byThisTurn = (existingJournal(context, machine)?.entries ?? []).findLast(
    (entry) =>
      entry.event === 'started' &&
      [setDpmServerCertificateId, setDpmServerNtlmId].includes(entry.step) &&
      Date.parse(entry.at) >= since,
  );
  const isOurs =
    byThisTurn !== undefined && 'step' in byThisTurn && byThisTurn.step === setDpmServerCertificateId;
  const byNtlm = byThisTurn !== undefined && !isOurs;
  const owners = ownersOf(installation);
  if (isOurs || !agentIsInstalled(installation) || (owners.length === 0 && !byNtlm)) return;
  throw checkProblem(
    `The plan file says that the agent was uninstalled from ${computer.netbiosName}, but an agent is installed there and configured${owners.length === 0 ? ' for NTLM' : ` for ${owners.join(', ')}`}. Nothing was changed. ${enumeratesNothing}`,
    `Uninstall the agent in "Programs and Features", restart Windows, and delete the folder ${agentFolder.path}.`,
    'Then run: dpm-prep again',
  );
};

export const readyToConfigure = async (turn: TurnContext, node: SwitchNode): Promise<ReadyTurn> => {
  const { context, machine, facts, switchPlan, path, folder, at } = turn;
  refuseForeignAgent(turn, node);
  const { installer, answers } = await resolveInstaller(context, machine, facts);
  const named = switchPlan.dpmServerCredential;
  const given = answers.dpmCredential ?? named?.name;
  await complete(answers, [], context.prompter, [
    ...unattendedNeeds(context),
    ...(given === undefined ? [missingAnswer('dpmCredential')] : []),
  ]);
  const dpmCredential = await findDpmCredential({
    machine,
    facts,
    given: given ?? '',
    beside: folder,
    named: named && { ...named, by: 'the plan file', dpmServerName: switchPlan.dpmServerName },
  });
  const thumbprint =
    answers.thumbprint ?? (await chooseCertificate(context, machine, { expectedName: node.name }));
  const outputFilePath = answers.outputFilePath ?? folder;
  return {
    turn: configurePlan({
      switchPlan,
      path,
      at,
      node,
      installer,
      binFolder: agentBinFolder(facts),
      dpmCredential: dpmCredential.path,
      dpmCredentialSha256: dpmCredential.sha256,
      newFolder: newFolderFor(machine),
      outputFilePath,
      thumbprint,
      authorities: carriableAuthorities(await authoritiesAbove(machine, thumbprint)),
    }),
    answers: { ...answers, plan: path, thumbprint, installer },
    findings: await storeCertificateFindings(context, machine, { thumbprint, expectedName: node.name }),
  };
};
