import type { Machine } from './machine.js';

/** What a wrapper may do in its own way. */
type Own = Partial<Pick<Machine, 'ask' | 'perform' | 'resultOf'>>;

/**
 * The machine with `own` in place of what it does, and everything else passed on. A spread of the machine would lose what
 * its class has: methods and getters.
 */
export const wrapped = (machine: Machine, own: Own): Machine => ({
  rehearsal: machine.rehearsal,
  label: machine.label,
  stateFolder: machine.stateFolder,
  privateFolder: machine.privateFolder,
  get settlesWithinMs() {
    return machine.settlesWithinMs;
  },
  ...(machine.clearCopies === undefined
    ? {}
    : {
        clearCopies: (keptFolder: string) => {
          machine.clearCopies?.(keptFolder);
        },
      }),
  ...(machine.practiceAuthority === undefined ? {} : { practiceAuthority: machine.practiceAuthority }),
  files: machine.files,
  ask: own.ask ?? (async (question, input, options) => machine.ask(question, input, options)),
  perform: own.perform ?? (async (command, options) => machine.perform(command, options)),
  resultOf: own.resultOf ?? ((command, kept) => machine.resultOf(command, kept)),
});
