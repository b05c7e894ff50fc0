import { gather } from '../../answers/gather.js';
import { report } from '../../run/report.js';
import { checkProblem } from '../../problem.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { lossesIn } from '../../application/attach/history.js';
import { machineFor } from '../../application/machine.js';
import { lossAdvice } from '../../steps/attach-loss.js';
import { existingJournal, unfinishedRun } from '../../application/past-runs.js';
import { isCommand, runCommand } from '../../application/run-command.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers } = context;
  // Only the state folder matters here; a rehearsal's is the practice computer's.
  const machine =
    answers.rehearse === true || answers.world !== undefined
      ? await machineFor(context, 'protected-computer')
      : null;
  const journal = existingJournal(context, machine);
  const past = unfinishedRun(journal);
  if (!past)
    return report({
      command: context.spec.name,
      rehearsal: machine?.rehearsal ?? false,
      outcome: 'nothing-to-do',
      notes: ['No run was cut off here.'],
    });
  const [loss] = lossesIn(journal, past.run.run);
  if (loss) {
    throw checkProblem(
      `After the attach in that run, computers were missing from the DPM server's list: ${loss.names.join(', ')}. It is not run again. Nothing was changed now.`,
      ...lossAdvice(loss.names, null),
    );
  }
  const { command } = past.run;
  if (!isCommand(context, command)) {
    throw checkProblem(
      `The run that was cut off was "dpm-prep ${command}", which this version does not have.`,
    );
  }
  const started = past.run.at.slice(0, 16).replace('T', ' ');
  context.screen.note(`Going on with "dpm-prep ${command}", begun ${started} UTC (run ${past.run.run}).`);
  const before = gather({ flags: past.run.answers, environment: {} });
  return runCommand(context, command, {
    positional: past.run.positional,
    answers: { ...before, ...answers },
  });
};

export default { run } satisfies CommandModule<Keys>;
