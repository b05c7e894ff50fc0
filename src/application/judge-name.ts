import type { AnswersOf } from '../answers/parameters.js';
import { blocks } from '../checks/run-checks.js';
import { nameForm, type ComputerName } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import { noFacts, preflight } from '../preflight/index.js';
import { checkProblem } from '../problem.js';
import { sideName, type Side } from '../steps/step.js';
import { isThisComputer, type ComputerFacts } from './facts.js';

/** This computer's name in the form of the other one's, as far as it has one; undefined: nothing is known to go by. */
export const ownNameBeside = (other: string | undefined, facts: ComputerFacts | null): string | undefined => {
  if (other === undefined || facts === null) return undefined;
  const { fqdn, netbiosName } = facts.computer;
  return nameForm(other) === 'fqdn' ? (fqdn ?? netbiosName) : netbiosName;
};

/**
 * What is to be known of two names in different forms, with certificates; null: they have one form. Microsoft's page requires one
 * form where it describes NTLM, and says nothing of it for certificates.
 */
export const nameFormsText = (dpmServerName: string, psName: string): string | null => {
  if (nameForm(dpmServerName) === nameForm(psName)) return null;
  const [fqdn, netbios] =
    nameForm(dpmServerName) === 'fqdn' ? [dpmServerName, psName] : [psName, dpmServerName];
  return `${fqdn} is an FQDN, and ${netbios} is a NetBIOS name. Microsoft's page requires the same form for NTLM only. With certificates, check that both computers resolve the name of the other one in this form.`;
};

interface OtherComputer {
  readonly machine: Machine | null;
  readonly facts: ComputerFacts | null;
  /** Which of the two computers this one is. */
  readonly side: Side;
  readonly answers: AnswersOf<'ignore'>;
}

/** Refuses the name of this computer where that of the other one is asked for. */
export const refuseThisComputer = (facts: ComputerFacts, side: Side, name: string): void => {
  if (!isThisComputer(facts, name)) return;
  const other: Side = side === 'dpm-server' ? 'protected-computer' : 'dpm-server';
  throw checkProblem(`${name} is this computer. Enter the name of ${sideName[other]}.`);
};

/** Judges the other computer's name as soon as it is answered: it must not be this one, and this one must resolve it. */
export const judgeOtherName =
  ({ machine, facts, side, answers }: OtherComputer) =>
  async (name: ComputerName): Promise<void> => {
    if (machine === null || facts === null) return;
    refuseThisComputer(facts, side, name.text);
    const key = side === 'dpm-server' ? 'psName' : 'dpmServerName';
    const findings = await preflight(
      machine,
      { ...noFacts(side), [key]: name.text },
      { only: new Set(['name-resolution']), ignore: answers.ignore ?? [], timeoutMs: 10_000 },
    );
    const wrong = findings.find((finding) => blocks(finding));
    if (wrong) throw checkProblem(wrong.found, ...(wrong.fix ?? []));
  };
