import type { AnswersOf } from '../answers/parameters.js';
import { usageProblem } from '../problem.js';
import type { Machine } from '../machine/machine.js';
import { interruptible } from '../machine/interruptible.js';
import { binFolders } from '../dpm/locations.js';
import { protectedDpmServer } from '../machine/protected-dpm-server.js';
import { withoutSecrets } from '../machine/without-secrets.js';
import type { Side } from '../steps/step.js';
import { showRehearsal } from '../show/progress.js';
import type { World } from '../rehearsal/world.js';
import type { ContextWith } from './command.js';
import type { PracticePlace } from './where-the-reader-stands.js';

/** The practice pair bears these names, where the command has them. */
type MachineContext = ContextWith<never, 'dpmServerName' | 'psName' | 'workload'>;

/** The faults that the practice pair is to have; without --fault those that it has already. */
export const faultsOf = async ({
  fault,
}: AnswersOf<'fault'>): Promise<{ readonly faults?: readonly string[] }> => {
  if (fault === undefined) return {};
  const { wantedFaults } = await import('../rehearsal/faults.js');
  return { faults: wantedFaults(fault) };
};

const placeIn = (world: World, on: string, side: Side): PracticePlace => ({
  world: world.folder,
  on,
  side,
  computers: world.computers.flatMap((name) => {
    const its = world.sideOf(name);
    return its === null ? [] : [{ name, side: its }];
  }),
});

/** Commands that compare the documents of a practice pair are about that pair as a whole. */
export const practiceOf = async (folder: string): Promise<PracticePlace> => {
  const { openWorld } = await import('../rehearsal/world.js');
  return placeIn(await openWorld({ folder }), 'dpm-server', 'dpm-server');
};

/**
 * The computer that this command is about: this one, or with --rehearse one of the practice pair (never chosen
 * silently). Null only for a dry run on a system without Windows: the plan can be shown all the same.
 */
export const machineFor = async (
  context: MachineContext,
  side: Side,
  { hasPlan = true }: { readonly hasPlan?: boolean } = {},
): Promise<Machine | null> => {
  const { answers, platform, screen, whereabouts } = context;
  const ready = (machine: Machine): Machine => {
    const guarded = withoutSecrets(interruptible(machine, context.signal, context.activity));
    return side === 'protected-computer' && answers.workload?.includes('secondary-dpm-server') === true
      ? protectedDpmServer(guarded, binFolders.protectedComputer)
      : guarded;
  };
  if (answers.rehearse === true || answers.world !== undefined) {
    const { openWorld } = await import('../rehearsal/world.js');
    // A command that another one runs is about the same pair.
    const folder = answers.world ?? whereabouts.practice?.world;
    const world = await openWorld({
      ...(await faultsOf(answers)),
      ...(folder === undefined ? {} : { folder }),
      ...(answers.dpmServerName === undefined ? {} : { dpmServer: answers.dpmServerName.text }),
      ...(answers.psName === undefined ? {} : { computers: [answers.psName.text] }),
    });
    const on = answers.on ?? side;
    const machine = world.machine(on);
    whereabouts.practice = placeIn(
      world,
      on,
      on === 'dpm-server' || on === 'protected-computer' ? on : (world.sideOf(on) ?? side),
    );
    showRehearsal(screen, machine.label, world.folder);
    return ready(machine);
  }
  if (answers.fault !== undefined) {
    throw usageProblem(
      '--fault works only on the practice pair, never on a real computer.',
      'Add --rehearse, or --world with the folder of a practice pair.',
    );
  }
  if (platform === 'win32') {
    const { thisComputer } = await import('../machine/select.js');
    return ready(
      await thisComputer({
        onSecondTry: (line) => {
          screen.paragraph(line);
        },
      }),
    );
  }
  if (answers.dryRun === true) return null;
  throw usageProblem(
    `"dpm-prep ${context.spec.name}" needs Windows; this system is ${platform}.`,
    ...(hasPlan ? ['Add --dry-run to see the plan and the exact commands.'] : []),
    'Add --rehearse to run it against the practice pair, or run: dpm-prep rehearse',
  );
};

/** Like `machineFor`, where a plan alone is of no use. */
export const requiredMachineFor = async (context: MachineContext, side: Side): Promise<Machine> => {
  const machine = await machineFor(context, side, { hasPlan: false });
  if (machine) return machine;
  throw usageProblem(
    `"dpm-prep ${context.spec.name}" needs a Windows computer, even for a dry run.`,
    'Add --rehearse to run it against the practice pair.',
  );
};
