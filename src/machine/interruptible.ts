import type { Command } from './command.js';
import type { Machine } from './machine.js';
import { wrapped } from './wrapped.js';

/** A tool that was started and has not ended, as far as this program knows. */
interface RunningTool {
  readonly name: string;
  readonly processId: number;
}

/** What this program has started so far. */
export interface Activity {
  readonly running: Set<RunningTool>;
  /** A command was performed: a computer may differ from before. */
  began: boolean;
}

const nameOf = (command: Command): string => {
  switch (command.kind) {
    case 'program':
    case 'script':
    case 'cmdlet':
      return command.tool;
    case 'act':
      return command.act;
    case 'person':
    case 'write-file':
    case 'copy-file':
    case 'make-folder':
      return command.kind;
  }
};

/**
 * The machine with Ctrl-C on every question and command, so that no caller can forget it. Keeps `activity` true for
 * whoever asks what is still running: a tool that is left at work stays in it.
 */
export const interruptible = (machine: Machine, signal: AbortSignal, activity: Activity): Machine =>
  wrapped(machine, {
    ask: async (question, input, options = {}) => {
      signal.throwIfAborted();
      const own = options.signal;
      return machine.ask(question, input, {
        ...options,
        signal: own === undefined || own === signal ? signal : AbortSignal.any([own, signal]),
      });
    },
    perform: async (command, options) => {
      signal.throwIfAborted();
      const tools: RunningTool[] = [];
      activity.began ||= command.kind !== 'person';
      const result = await machine.perform(command, {
        signal,
        ...options,
        onStarted: (processId) => {
          const tool = { name: nameOf(command), processId };
          tools.push(tool);
          activity.running.add(tool);
          options.onStarted?.(processId);
        },
      });
      for (const tool of tools) activity.running.delete(tool);
      return result;
    },
  });
