import { tool, uninstallAgentArguments } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { documentedLine } from '../machine/command.js';
import { askInstallation, type Installation } from './agent.js';
import type { Step, StepRecord } from './step.js';

export const uninstallPrefix = 'uninstall:';

export type AgentProduct = Installation['products'][number];

/**
 * The agent's products, by the names that they have in "Programs and Features": their product codes differ from version
 * to version. The Agent Coordinator is what a push installation leaves. The agent first.
 */
export const agentProducts = ({ products }: Pick<Installation, 'products'>): readonly AgentProduct[] =>
  [/DPM Protection Agent/i, /DPM Agent Coordinator/i].flatMap((name) =>
    products.filter(({ displayName }) => name.test(displayName)),
  );

export interface UninstallAgentInput {
  readonly product: AgentProduct;
  /** msiexec.exe, absolute. */
  readonly msiexec: string;
}

const restartCodes: readonly (number | null)[] = [3010, 1641];

export const asksForRestart = (code: number | null): boolean => restartCodes.includes(code);

/** An uninstallation that nobody saw end may have asked for a restart. */
const mayWantRestart = ({ started, ended, facts }: StepRecord): boolean =>
  facts.restart === true || (started !== null && (ended === null || asksForRestart(ended.exitCode)));

/** msiexec /x, silent, without a restart of its own. The same section of the page, step 2. */
export const uninstallAgent = ({ product, msiexec }: UninstallAgentInput): Step => {
  const isThere = ({ products }: Installation): boolean =>
    products.some(({ productCode }) => productCode.toLowerCase() === product.productCode.toLowerCase());
  return {
    id: `${uninstallPrefix}${product.productCode}`,
    title: `Uninstall ${product.displayName}`,
    side: 'protected-computer',
    source: page('Switch between NTLM and Certificate authentication'),
    probe: async (machine, record) =>
      isThere(await askInstallation(machine))
        ? { state: 'not-done', found: `${product.displayName} is installed.` }
        : {
            state: 'done',
            found: `${product.displayName} is no longer installed.`,
            facts: { restart: mayWantRestart(record) },
          },
    command: () => ({
      kind: 'program',
      tool: tool.msiexec,
      path: msiexec,
      arguments: uninstallAgentArguments(product),
      long: true,
    }),
    verify: async (machine, { result }) =>
      isThere(await askInstallation(machine))
        ? {
            state: 'not-verified',
            found: `${product.displayName} is still installed`,
            fix: ['Uninstall it in "Programs and Features", then run: dpm-prep again'],
          }
        : {
            state: 'verified',
            found: `${product.displayName} is no longer installed${result.restartRequired ? '; Windows must be restarted' : ''}.`,
            facts: { restart: result.restartRequired },
          },
    patienceMs: 5_000,
  };
};

/** The uninstallation as the page prints it, for a computer whose product code is not known here. */
export const documentedUninstallation = (): string =>
  documentedLine(
    uninstallAgent({
      product: {
        displayName: 'DPM Protection Agent',
        version: null,
        productCode: '<product code of the agent>',
      },
      msiexec: tool.msiexec,
    }).command({}),
  );
