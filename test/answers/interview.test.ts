import { describe, expect, it } from 'vitest';
import { Interview, rememberedLine, type Remembered } from '../../src/answers/interview.js';
import type { Prompter } from '../../src/answers/prompter.js';

const direct = (): Prompter =>
  ({
    choose: async (message: string) => Promise.resolve(message === 'Which side?' ? 'server' : 'run'),
    ask: async (key: string) => Promise.resolve(key === 'userName' ? 'mark' : 'Server01'),
    secret: async () => Promise.resolve('Practice-2026!'),
  }) as unknown as Prompter;

const started = (kept: readonly Remembered[] = []) => {
  const keeps: string[][] = [];
  const interview = new Interview(direct(), {
    show: () => undefined,
    keep: async (answers) => {
      keeps.push(answers.map(rememberedLine));
      return Promise.resolve();
    },
    kept,
  });
  interview.begin();
  return { interview, keeps };
};

describe('the answers of an interview', () => {
  it('are kept after every question, each with its question, and a password never', async () => {
    const { interview, keeps } = started();
    const { prompter } = interview;
    await prompter.choose('Which side?', [{ value: 'server', name: 'The DPM server' }]);
    await prompter.ask('userName');
    await prompter.secret('Password:');
    expect(keeps).toEqual([
      ['Which side: The DPM server'],
      ['Which side: The DPM server', 'User name: mark'],
    ]);
  });

  it('keep those that an interview which began again has not come to yet', async () => {
    const { interview, keeps } = started([
      { id: 'userName', value: 'mark', shown: 'mark' },
      { id: 'dpmServerName', value: 'Server01', shown: 'Server01' },
    ]);
    await interview.prompter.choose('Which side?', [{ value: 'server', name: 'The DPM server' }]);
    expect(keeps.at(-1)).toEqual([
      'Which side: The DPM server',
      'User name: mark',
      'Name of the DPM server: Server01',
    ]);
  });

  it('are not written again where nothing was asked', async () => {
    const { interview, keeps } = started([{ id: 'userName', value: 'mark', shown: 'mark' }]);
    await interview.prompter.ask('userName');
    expect(keeps).toEqual([]);
  });
});
