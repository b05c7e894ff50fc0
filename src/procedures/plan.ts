import { documentedLine } from '../machine/command.js';
import { faultyExamplesOf } from '../dpm/faulty-examples.js';
import { sourceText } from '../dpm/source.js';
import type { Side, Step } from '../steps/step.js';

export type ProcedureName =
  | 'install-agent'
  | 'ntlm'
  | 'certificate'
  | 'update-password'
  | 'set-credentials'
  | 'import-certificate'
  | 'request-certificate'
  | 'switch-auth'
  | 'remove';

/** The ordered steps of one way through the page, on one computer. Made without asking or changing anything. */
export interface Plan {
  readonly procedure: ProcedureName;
  readonly side: Side;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Said before the plan is run: limits and warnings. */
  readonly notes: readonly string[];
}

/**
 * The line with which a plan runs one of Microsoft's tools, as the page prints it: what the other computer will run, from
 * that computer's own plan. A plan that does not run the tool is a bug.
 */
export const lineOf = (plan: Plan, tool: string): string => {
  const command = plan.steps
    .map((step) => step.command({}))
    .find((one) => 'tool' in one && one.tool === tool);
  if (!command) throw new Error(`The plan "${plan.title}" does not run ${tool}.`);
  return documentedLine(command);
};

export interface PlannedLine {
  readonly id: string;
  readonly title: string;
  readonly side: Side;
  readonly line: string;
}

/** The plan as people and --dry-run see it. */
export const plannedLines = (plan: Plan): readonly PlannedLine[] =>
  plan.steps.map((step) => ({
    id: step.id,
    title: step.title,
    side: step.side,
    line: documentedLine(step.command({})),
  }));

/** Where Microsoft's documentation prints a line of this plan with a fault: for whoever compares the two. */
export const pageFaults = ({ steps }: Plan): readonly string[] => {
  const tools = new Set(
    steps.map((step) => step.command({})).flatMap((command) => ('tool' in command ? [command.tool] : [])),
  );
  return [...tools]
    .flatMap((tool) => faultyExamplesOf(tool))
    .map(
      ({ printed, fault, instead, source }) =>
        `${sourceText(source)} prints: ${printed}. ${fault} dpm-prep uses ${instead}.`,
    );
};
