import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CommandContext, Subcommand } from '../../src/application/command.js';
import { execute } from '../../src/application/execute.js';
import { report } from '../../src/run/report.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A command that waits for ever, whatever is signalled, after it did `begin`. */
const stubborn = (begin: (context: CommandContext) => void): Subcommand => ({
  name: 'stubborn',
  summary: 'waits',
  group: 'The procedure',
  place: 1,
  parameters: [],
  examples: [],
  load: async () =>
    Promise.resolve({
      run: async (context) => {
        begin(context);
        return new Promise(() => undefined);
      },
    }),
});

const run = async (
  begin: (context: CommandContext) => void,
): Promise<{ readonly code: number; readonly document: Record<string, unknown> }> => {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest: unknown[]) => {
    text += String(chunk);
    const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
    done?.();
    return true;
  });
  const ended = new Promise<number>((resolve) => {
    vi.spyOn(process, 'exit').mockImplementation(((code: number) => {
      resolve(code);
    }) as never);
  });
  const begun = new Promise<void>((resolve) => {
    const spec = stubborn((context) => {
      begin(context);
      resolve();
    });
    void execute({ spec, commands: [spec], positional: [], flags: { json: true }, version: '0' });
  });
  await begun;
  process.emit('SIGINT');
  expect(text).toBe('');
  process.emit('SIGINT');
  const code = await ended;
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  return { code, document: JSON.parse(text) as Record<string, unknown> };
};

describe('a second Ctrl-C', () => {
  it('ends the program at once and names each tool that is still running', async () => {
    const { code, document } = await run(({ activity }) => {
      activity.began = true;
      activity.running.add({ name: 'SetDpmServer.exe', processId: 4711 });
    });
    expect(code).toBe(130);
    expect(document).toMatchObject({
      exitCode: 130,
      changed: true,
      problem: { what: 'Cancelled. Still running: SetDpmServer.exe (process 4711).' },
    });
  });

  it('says that nothing is running where nothing was started', async () => {
    const { code, document } = await run(() => undefined);
    expect(code).toBe(130);
    expect(document).toMatchObject({
      changed: false,
      problem: { what: 'Cancelled. No tool that dpm-prep started is still running.' },
    });
  });
});

it('reports Ctrl-C as cancelled, whatever fails because of it', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const spec: Subcommand = {
    ...stubborn(() => undefined),
    load: async () =>
      Promise.resolve({
        run: async ({ signal }) => {
          process.emit('SIGINT');
          signal.throwIfAborted();
          return Promise.resolve(report({ command: 'stubborn' }));
        },
      }),
  };
  expect(await execute({ spec, commands: [spec], positional: [], flags: { json: true }, version: '0' })).toBe(
    130,
  );
  expect(write.mock.calls.join('')).toContain('"outcome": "cancelled"');
});
