import type { Answer, QuestionInput, QuestionName } from '../../machine/questions.js';
import { missingModuleFix } from '../../machine/missing-module.js';
import { checkProblem } from '../../problem.js';
import { hasFault, type Fault } from '../faults.js';
import type { PracticeComputer, State, WorldFile } from '../state.js';

/** What an answer is made from: the world as it is now. */
export interface Asked {
  readonly folder: string;
  readonly world: WorldFile;
  readonly computer: PracticeComputer;
  readonly state: State;
  readonly now: Date;
  /** The state of another computer of the world. */
  readonly stateOf: (computerId: string) => State;
  readonly signal?: AbortSignal;
}

export type Answerer<Q extends QuestionName> = (
  asked: Asked,
  input: QuestionInput<Q>,
) => Answer<Q> | Promise<Answer<Q>>;

export const faulty = ({ world, computer }: Pick<Asked, 'world' | 'computer'>, fault: Fault): boolean =>
  hasFault(world.faults, fault, computer.id);

/** Where DPM's module is missing, no cmdlet answers. */
export const needDpmModule = (asked: Asked): void => {
  if (!faulty(asked, 'module-missing')) return;
  throw checkProblem(
    'The PowerShell module DataProtectionManager is not on this computer.',
    missingModuleFix,
  );
};
