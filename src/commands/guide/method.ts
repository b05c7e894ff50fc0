import { complete } from '../../answers/complete.js';
import { methodsText, scenarioOf, type Method } from '../../dpm/scenarios.js';
import { sourceText } from '../../dpm/source.js';
import type { Machine } from '../../machine/machine.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import { readHandover } from '../../application/handover-file.js';
import { environmentOf, methodsFor, refuseUnsupported } from '../../application/scenario.js';
import type { Side } from '../../steps/step.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const said = new Set<string>();

/** Says it the first time only: after a mistake the interview starts over. */
const sayOnce = (context: CommandContext<Keys>, text: string): void => {
  if (said.has(text)) return;
  said.add(text);
  context.screen.paragraph(text);
};

/** What is to be protected, and whether on a cluster where that makes a difference. What is not supported is refused. */
const withWorkload = async (
  context: CommandContext<Keys>,
  machine: Machine,
  side: Side,
): Promise<{ readonly context: CommandContext<Keys>; readonly possible: readonly Method[] }> => {
  const { prompter } = context;
  const workload = (await complete(context.answers, [{ key: 'workload' }], prompter)).workload;
  const row = scenarioOf(workload);
  const onlyClusters = row.single.length === 0;
  const asked =
    Array.isArray(row.cluster) && !onlyClusters
      ? await complete(context.answers, [{ key: 'cluster' }], prompter)
      : context.answers;
  const answers = { ...asked, workload };
  const environment = await environmentOf(answers, machine, side);
  const wanted = { workload, cluster: answers.cluster ?? onlyClusters, environment };
  refuseUnsupported(wanted, null);
  const possible = methodsFor(wanted);
  sayOnce(
    context,
    `${row.workload}: ${methodsText(possible)} ${possible.length === 1 ? 'alone is' : 'are'} possible.`,
  );
  for (const note of row.notes) sayOnce(context, note);
  // What Microsoft says otherwise on other pages, it says of clusters.
  if (wanted.cluster) {
    for (const { other, says } of row.contradictions) {
      sayOnce(context, `Elsewhere (${sourceText(other)}): ${says}`);
    }
  }
  return { context: { ...context, answers }, possible };
};

/** NTLM or certificate: known from a flag or the handover file, else asked if what is to be protected allows both. */
export const withMethod = async (
  context: CommandContext<Keys>,
  machine: Machine,
  side: Side,
): Promise<CommandContext<Keys>> => {
  const { answers, prompter } = context;
  if (answers.auth !== undefined) return context;
  if (answers.handover !== undefined) {
    const { method } = await readHandover(machine, answers.handover);
    return { ...context, answers: { ...answers, auth: method } };
  }
  if (answers.dpmCredential !== undefined || answers.thumbprint !== undefined) {
    return { ...context, answers: { ...answers, auth: 'certificate' } };
  }
  if (prompter === null) return { ...context, answers: { ...answers, auth: 'ntlm' } };
  const known = await withWorkload(context, machine, side);
  const [only] = known.possible;
  const chosen =
    known.possible.length === 1 && only !== undefined
      ? { ...known.context.answers, auth: only }
      : await complete(known.context.answers, [{ key: 'auth' }], prompter);
  return { ...known.context, answers: chosen };
};
