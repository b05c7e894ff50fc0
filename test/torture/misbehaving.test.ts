import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultyTool, Misbehaviour } from '../../src/rehearsal/faults.js';
import { changeWorld } from '../../src/rehearsal/store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, full } from './support/figure.js';
import {
  copyWorld,
  good,
  outcomeOf,
  procedureNamed,
  resume,
  setFaults,
  startProcedure,
  worldBefore,
} from './support/practice.js';

const folder = temporaryFolder('misbehaving');

/** What the computer shows decides: done although the tool says no (good), or not done although it says yes (5). */
const verdicts: Partial<Record<Misbehaviour, readonly number[]>> = {
  'exit-0-does-nothing': [5],
  'exit-1-does-it': [0, 6],
  hangs: [4],
  crashes: [4],
  'unexpected-question': [4],
  'success-text-but-fails': [4],
  'restart-needed': [3010],
  floods: [0, 6],
};

const waits = new Set<Misbehaviour>(['hangs', 'unexpected-question']);
const tools: readonly (readonly [string, FaultyTool])[] = [
  ['install-agent', 'installer'],
  ['set-dpm-server', 'set-dpm-server'],
  ['import-cert there', 'import-pfx'],
  ['set-credentials', 'set-credentials'],
  // Not being listed counts only after a minute: that takes too long for the short run.
  ...(full
    ? [
        ['attach', 'attach'] as const,
        ['attach by certificate', 'attach-certificate'] as const,
        ['set-dpm-server by certificate', 'set-dpm-server'] as const,
      ]
    : []),
];

const cases = tools.flatMap(([name, tool]) =>
  (Object.keys(verdicts) as Misbehaviour[])
    // An installer and a cmdlet ask nothing and may take any time: they get a heartbeat, and no limit.
    .filter((how) => !['installer', 'set-credentials'].includes(tool) || !waits.has(how))
    // A cmdlet has no exit code: it reports an error, or none.
    .filter((how) => tool !== 'set-credentials' || !['exit-1-does-it', 'restart-needed'].includes(how))
    .map((how) => [name, tool, how] as const),
);

let judged = 0;

describe('7 tools that misbehave', () => {
  it.each(cases)(
    '%s, %s %s: the computer decides, resume goes on once it is mended',
    async (name, tool, how) => {
      const procedure = procedureNamed(name);
      const about = `${name}, ${tool}:${how}`;
      const world = copyWorld(
        await worldBefore(procedure, folder),
        join(folder, about.replaceAll(/[^a-z0-9]/g, '-')),
      );
      setFaults(world, [`${tool}:${how}`]);
      const ended = await startProcedure(procedure, world, {
        ...(waits.has(how) ? { words: ['--silence-seconds', '3'] } : {}),
      }).ended;
      const outcome = outcomeOf(ended);
      expect(verdicts[how], `${about}: ${JSON.stringify(outcome.problem)}`).toContain(outcome.exitCode);
      setFaults(world, []);
      if (about === 'set-dpm-server, set-dpm-server:crashes') {
        // Half-way, it has made the account: preflight says so, and a person deletes it.
        const stopped = outcomeOf(await resume(procedure, world));
        expect(stopped.exitCode).toBe(3);
        expect(stopped.findings.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
          'local-user',
        ]);
        await changeWorld(world, (draft) => {
          draft.of({ id: 'Finance01' }).accounts = [];
        });
      }
      const resumed = outcomeOf(await resume(procedure, world));
      expect(good, `${about}, mended: ${JSON.stringify(resumed.problem)}`).toContain(resumed.exitCode);
      judged += 1;
    },
  );

  it('all of them', () => {
    expect(judged).toBe(cases.length);
    figure(
      '7',
      `Tools that misbehave: ${String(judged)} of ${String(cases.length)} judged by what the computer shows, each brought to its end by resume once the tool was mended (${tools.map(([name, tool]) => `${tool} of ${name}`).join(', ')})`,
    );
  });
});
