import { describe, expect, it } from 'vitest';
import { complete } from '../../src/answers/complete.js';
import type { Answers, ParameterKey } from '../../src/answers/parameters.js';
import type { Prompter } from '../../src/answers/prompter.js';
import { toolProblem, usageProblem } from '../../src/problem.js';

/** Answers in their order; notes what was asked, and why again. */
const scripted = (answers: readonly string[]) => {
  const asked: string[] = [];
  const left = [...answers];
  const prompter = {
    ask: async (key: ParameterKey, { suggestion }: { suggestion?: string } = {}) => {
      asked.push(suggestion === undefined ? key : `${key} (${suggestion})`);
      return Promise.resolve(left.shift());
    },
    again: (reason: Error | null) => {
      asked.push(`again: ${reason?.message ?? ''}`);
    },
  } as unknown as Prompter;
  return { prompter, asked };
};

describe('a question about a path', () => {
  const none: Answers = {};

  it('is asked again at once, with the reason, until the path can be used', async () => {
    const { prompter, asked } = scripted(['nosuch.bin', 'locked.bin', 'good.bin', 'C:\\Temp']);
    const answers = await complete(
      none,
      [
        {
          key: 'dpmCredential',
          judge: async (path) => {
            await Promise.resolve();
            if (path === 'nosuch.bin') throw usageProblem('It does not exist.');
            // What the computer itself says of a file that it does not let us read.
            if (path === 'locked.bin') throw toolProblem('It cannot be read (EACCES).');
          },
        },
        { key: 'outputFilePath', judge: async () => Promise.resolve() },
      ],
      prompter,
    );
    expect(answers.dpmCredential).toBe('good.bin');
    expect(asked).toEqual([
      'dpmCredential',
      'again: It does not exist.',
      'dpmCredential',
      'again: It cannot be read (EACCES).',
      'dpmCredential',
      'outputFilePath',
    ]);
  });

  it('must have a judge', async () => {
    const { prompter } = scripted(['C:\\any.bin', 'Server01']);
    // @ts-expect-error A need for a path without a judge is an error of the compiler.
    await complete(none, [{ key: 'psCredential' }], prompter);
    // Without a path, a judge is not needed.
    await complete(none, [{ key: 'userName' }], prompter);
    expect.assertions(0);
  });

  it('suggests by the answers before it, and judges with them', async () => {
    const { prompter, asked } = scripted(['mark', 'C:\\mark']);
    await complete(
      none,
      [
        { key: 'userName' },
        {
          key: 'outputFilePath',
          suggestion: ({ userName }) => `C:\\${userName ?? ''}`,
          judge: async (path, { userName }) => {
            await Promise.resolve();
            if (path !== `C:\\${userName ?? ''}`) throw usageProblem('It is of another user.');
          },
        },
      ],
      prompter,
    );
    expect(asked).toEqual(['userName', 'outputFilePath (C:\\mark)']);
  });
});
