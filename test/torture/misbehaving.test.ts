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
  procedures,
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
  floods: [0, 6],
};

const waits = new Set<Misbehaviour>(['hangs', 'unexpected-question']);
const tools: readonly (readonly [string, FaultyTool])[] = [
  ['install-agent', 'installer'],
  ['set-dpm-server', 'set-dpm-server'],
  // Not being listed counts only after a minute: that takes too long for the short run.
  ...(full ? [['attach', 'attach'] as const] : []),
];

describe('7 tools that misbehave', () => {
  it('the verdict comes from asking the computer, and resume goes on once it is mended', async () => {
    let judged = 0;
    for (const [name, tool] of tools) {
      const procedure = procedures.find((one) => one.name === name);
      if (!procedure) throw new Error(name);
      const template = await worldBefore(procedure, folder);
      for (const [how, codes] of Object.entries(verdicts) as [Misbehaviour, readonly number[]][]) {
        // An installer asks nothing and may take any time: it gets a heartbeat, and no limit.
        if (tool === 'installer' && waits.has(how)) continue;
        const about = `${tool}:${how}`;
        const world = copyWorld(template, join(folder, about.replace(':', '-')));
        setFaults(world, [about]);
        const ended = await startProcedure(procedure, world, {
          ...(procedure.wantsPassword ? { words: ['--silence-seconds', '3'] } : {}),
        }).ended;
        const outcome = outcomeOf(ended);
        expect(codes, `${about}: ${ended.stdout}`).toContain(outcome.exitCode);
        setFaults(world, []);
        if (about === 'set-dpm-server:crashes') {
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
      }
    }
    figure(
      '7',
      `Tools that misbehave: ${String(judged)} of ${String(judged)} judged by what the computer shows, each brought to its end by resume once the tool was mended (${tools.map(([, tool]) => tool).join(', ')})`,
    );
  });
});
