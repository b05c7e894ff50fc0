import { describe, expect, it } from 'vitest';
import { checkProblem } from '../../src/problem.js';
import { runSteps, step } from '../support/run-plan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('whole-run');

const refusing = step('refuses', {
  probe: async () =>
    Promise.reject(checkProblem('The file is not there. Nothing was changed.', 'Copy the file.')),
});

describe('a step that refuses', () => {
  it('ends the run with exit code 3 where no step before it changed anything', async () => {
    const { changed, failure } = await runSteps(base, [refusing]);
    expect({ changed, code: failure?.code, what: failure?.what }).toEqual({
      changed: false,
      code: 3,
      what: 'The file is not there. Nothing was changed.',
    });
  });

  it('ends it with exit code 4, and does not say that nothing was changed, after a step that changed something', async () => {
    const { changed, failure, steps } = await runSteps(base, [step('works'), refusing]);
    expect(steps.map(({ state }) => state)).toEqual(['done', 'not-reached']);
    expect({ changed, code: failure?.code, what: failure?.what }).toEqual({
      changed: true,
      code: 4,
      what: 'The file is not there.',
    });
  });
});
