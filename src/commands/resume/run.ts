import { utcMinute } from '../../dpm/date.js';
import { gather } from '../../answers/gather.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import type { Journal } from '../../run/journal.js';
import { report, type Report } from '../../run/report.js';
import { checkProblem } from '../../problem.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { lossesIn } from '../../application/attach/history.js';
import { computerFacts } from '../../application/facts.js';
import { machineFor } from '../../application/machine.js';
import { lossAdvice } from '../../steps/attach-loss.js';
import { existingJournal, unfinishedRun } from '../../application/past-runs.js';
import { knownSwitches, openSwitches, switchState } from '../../application/switch-progress.js';
import { isCommand, runCommand } from '../../application/run-command.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

/**
 * A switch continues although no run was interrupted: between two turns every run ended as it should. Does the turn of this
 * computer, or says whose turn it is. Null: this computer has no part in a switch, or it cannot be asked (no Windows).
 */
const openSwitchHere = async (
  context: CommandContext<KeysOf<typeof spec>>,
  given: Machine | null,
  journal: Journal | null,
): Promise<Report | null> => {
  const machine =
    given ?? (context.platform === 'win32' ? await machineFor(context, 'protected-computer') : null);
  if (machine === null) return null;
  const facts = await computerFacts(machine);
  const [open] = openSwitches(await knownSwitches(machine, facts, journal));
  const state = open === undefined ? null : switchState(open);
  if (open === undefined || state === null) return null;
  context.screen.note(state.text);
  if (open.hasFile)
    return runCommand(context, 'switch-auth', { answers: { ...context.answers, plan: open.path } });
  return report({
    command: context.spec.name,
    rehearsal: machine.rehearsal,
    computer: machine.label,
    exitCode: exitCode.otherMachineNext,
    notes: [state.text, ...(state.left === null ? [] : [`Copy the newest plan file to ${open.path}.`])],
  });
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers } = context;
  // Only the state folder matters here; a rehearsal's is the practice computer's.
  const machine =
    answers.rehearse === true || answers.world !== undefined
      ? await machineFor(context, 'protected-computer')
      : null;
  const journal = existingJournal(context, machine);
  const past = unfinishedRun(journal);
  if (!past) {
    const open = await openSwitchHere(context, machine, journal);
    if (open !== null) return open;
    return report({
      command: context.spec.name,
      rehearsal: machine?.rehearsal ?? false,
      outcome: 'nothing-to-do',
      notes: ['No run was interrupted here.'],
    });
  }
  const [loss] = lossesIn(journal, past.run.run);
  if (loss) {
    throw checkProblem(
      `After the attach in that run, computers were missing from the DPM server's list: ${loss.names.join(', ')}. It is not run again. Nothing was changed now.`,
      ...lossAdvice(loss.names, null),
    );
  }
  const { command } = past.run;
  if (!isCommand(context, command)) {
    throw checkProblem(`The interrupted run was "dpm-prep ${command}", which this version does not have.`);
  }
  const started = utcMinute(past.run.at);
  context.screen.note(`Resuming "dpm-prep ${command}", begun ${started} UTC (run ${past.run.run}).`);
  const before = await gather({ flags: past.run.answers, environment: {} });
  return runCommand(context, command, {
    positional: past.run.positional,
    answers: { ...before, ...answers },
    resuming: true,
  });
};

export default { run } satisfies CommandModule<Keys>;
