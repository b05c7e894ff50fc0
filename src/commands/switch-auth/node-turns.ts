import { complete, missingAnswer } from '../../answers/complete.js';
import type { SwitchNode } from '../../dpm/switch-plan.js';
import { checkProblem } from '../../problem.js';
import { clearPlan, configurePlan } from '../../procedures/switch-auth.js';
import { agentIsInstalled } from '../../steps/agent.js';
import { agentProducts } from '../../steps/uninstall-agent.js';
import { findDpmCredential } from '../../application/dpm-credential.js';
import { agentBinFolder } from '../../application/facts.js';
import { resolveInstaller } from '../../application/agent-installer.js';
import { newFolderFor } from '../../application/new-folder.js';
import { unattendedNeeds } from '../../application/procedure.js';
import { chooseCertificate, storeCertificateFindings } from '../../application/store-certificates.js';
import type { ReadyTurn, TurnContext } from './server-turns.js';

export const readyToClear = async (turn: TurnContext, node: SwitchNode): Promise<ReadyTurn> => {
  const { context, machine, facts, switchPlan, path, at } = turn;
  const { computer, installation } = facts;
  const products = agentProducts(installation);
  if (products.length === 0 && agentIsInstalled(installation)) {
    throw checkProblem(
      `An agent is installed on ${computer.netbiosName}, and no "DPM Protection Agent" is among its installed programs, so dpm-prep cannot uninstall it. Nothing was changed.`,
      'Uninstall it in "Programs and Features", then run the same command again.',
    );
  }
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

export const readyToConfigure = async (turn: TurnContext, node: SwitchNode): Promise<ReadyTurn> => {
  const { context, machine, facts, switchPlan, path, folder, at } = turn;
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
    }),
    answers: { ...answers, plan: path, thumbprint, installer },
    findings: await storeCertificateFindings(context, machine, { thumbprint, expectedName: node.name }),
  };
};
