import { afterAll, expect, it } from 'vitest';
import { computerWith, describeWithPowerShell } from './support/host.js';

const computer = computerWith();
afterAll(() => {
  computer.remove();
});

/** A program that prints, says nothing for two seconds and a half, and then ends. */
const silent = {
  kind: 'program',
  tool: 'SetDpmServer.exe',
  path: process.execPath,
  arguments: ['-e', 'console.log("begun"); setTimeout(() => console.log("ended"), 2_500)'],
} as const;

describeWithPowerShell('a program of which nobody sees the questions', () => {
  it.each([[false], [true]])(
    'is ended when it says nothing for too long (attended: %s)',
    async (attended) => {
      const result = await computer.machine.perform(silent, { attended, silenceMs: 1_000 });
      expect(result).toMatchObject({ ending: 'no-end', exitCode: null, output: ['begun'] });
    },
  );

  it('is left alone where it may take its time', async () => {
    const result = await computer.machine.perform(
      { ...silent, long: true },
      { attended: false, silenceMs: 1_000 },
    );
    expect(result).toMatchObject({ ending: 'ended', exitCode: 0, output: ['begun', 'ended'] });
  });
});
