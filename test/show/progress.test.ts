import { afterEach, describe, expect, it, vi } from 'vitest';
import { progressListener } from '../../src/show/progress.js';
import { Screen } from '../../src/show/screen.js';
import { step } from '../support/run-plan.js';

const setUp = () => {
  const screen = new Screen({
    colorWanted: false,
    json: false,
    verbose: false,
    environment: {},
    platform: 'linux',
  });
  const said: string[] = [];
  vi.spyOn(screen, 'note').mockImplementation((line = '') => {
    said.push(line.replace(/\s+/g, ' ').trim());
  });
  const works = step('works');
  const plan = { procedure: 'ntlm', side: 'dpm-server', title: '', steps: [works], notes: [] } as const;
  const listener = progressListener(screen, plan);
  listener.started(works, 'Attach-NonDomainServer.ps1 -PSName Finance01');
  said.length = 0;
  return { listener, works, said };
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the wait for a tool', () => {
  it('is told with what is awaited and when it is stopped', () => {
    const { listener, works, said } = setUp();
    listener.heartbeat(works, 31_000, 120_000);
    expect(said).toEqual([
      'works: waiting for Attach-NonDomainServer.ps1 to end, 0:31; it is stopped after 120 s without output',
    ]);
  });

  it('at its own prompt is told seldom: a person may be typing there', () => {
    const { listener, works, said } = setUp();
    for (let seconds = 1; seconds <= 250; seconds += 1) listener.atOwnPrompt(works, seconds * 1_000);
    const told = said.filter((line) => line !== '');
    expect(told.map((line) => /after (\S+)\./.exec(line)?.[1])).toEqual(['1:00', '2:00', '4:00']);
    expect(told[0]).toMatch(
      /^Attach-NonDomainServer\.ps1 is still running .*If it asks for something, answer it/,
    );
  });
});
