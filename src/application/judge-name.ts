import type { AnswersOf } from '../answers/parameters.js';
import { blocks } from '../checks/run-checks.js';
import type { ComputerName } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import { noFacts, preflight } from '../preflight/index.js';
import { checkProblem } from '../problem.js';
import { sideName, type Side } from '../steps/step.js';
import { isThisComputer, type ComputerFacts } from './facts.js';

interface OtherComputer {
  readonly machine: Machine | null;
  readonly facts: ComputerFacts | null;
  /** Which of the two computers this one is. */
  readonly side: Side;
  readonly answers: AnswersOf<'ignore'>;
}

/** Judges the other computer's name as soon as it is answered: it must not be this one, and this one must resolve it. */
export const judgeOtherName =
  ({ machine, facts, side, answers }: OtherComputer) =>
  async (name: ComputerName): Promise<void> => {
    if (machine === null || facts === null) return;
    const other: Side = side === 'dpm-server' ? 'protected-computer' : 'dpm-server';
    if (isThisComputer(facts, name.text)) {
      throw checkProblem(`${name.text} is this computer. Enter the name of ${sideName[other]}.`);
    }
    const key = side === 'dpm-server' ? 'psName' : 'dpmServerName';
    const findings = await preflight(
      machine,
      { ...noFacts(side), [key]: name.text },
      { only: new Set(['name-resolution']), ignore: answers.ignore ?? [], timeoutMs: 10_000 },
    );
    const wrong = findings.find((finding) => blocks(finding));
    if (wrong) throw checkProblem(wrong.found, ...(wrong.fix ?? []));
  };
