import type { Finding } from '../checks/check.js';
import type { Machine } from '../machine/machine.js';
import { cancelled } from '../problem.js';
import { preflight, type PreflightFacts } from '../preflight/index.js';
import type { Side } from '../steps/step.js';
import type { CommandContext } from './command.js';

/** Longest time that preflight may take: it runs before every procedure. */
const limitMs = 20_000;

/** What the removal of a computer needs: a computer that DPM would not protect can still be removed. */
const removalChecks: Readonly<Record<Side, ReadonlySet<string>>> = {
  'dpm-server': new Set(['elevation', 'role', 'dpm-module', 'dpm-scripts']),
  'protected-computer': new Set(['elevation', 'role', 'pending-restart', 'service-windows-installer']),
};

/** Preflight of that computer; changes nothing. A line on the screen says what is being waited for. */
export const checkComputer = async (
  context: CommandContext<'ignore'>,
  machine: Machine,
  facts: PreflightFacts,
): Promise<readonly Finding[]> => {
  const { answers, screen } = context;
  screen.passing('  Checking this computer …');
  try {
    const findings = await preflight(machine, facts, {
      ...(answers.ignore === undefined ? {} : { ignore: answers.ignore }),
      timeoutMs: limitMs,
      ...(facts.procedure === 'remove' ? { only: removalChecks[facts.side] } : {}),
    });
    if (context.signal.aborted) throw cancelled('Cancelled; nothing was changed.');
    return findings;
  } finally {
    screen.settle();
  }
};
