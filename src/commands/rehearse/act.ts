import { judgeValue } from '../../answers/gather.js';
import type { Answer, Answers, ParameterKey } from '../../answers/parameters.js';
import type { World } from '../../rehearsal/world.js';
import type { Side } from '../../steps/step.js';

/** One command of a rehearsal, on one of its computers. */
export interface Act {
  readonly side: Side;
  /** Which computer, where there are several of that side. */
  readonly on?: string;
  readonly command: string;
  readonly positional?: readonly string[];
  readonly answers: Answers;
  /** In place of the account's password: a PFX has its own. */
  readonly password?: string;
}

/** Files that go from one computer to the other: by hand in earnest, by the rehearsal itself here. */
export interface Carry {
  readonly carry: readonly string[];
  readonly from: Side;
  readonly to: Side;
}

/** One thing that can be rehearsed: the computers that it needs, and who does what. */
export interface Rehearsal {
  readonly dpmServer: string;
  readonly computers: readonly string[];
  readonly cluster: string | null;
  /** The computer that is protected is a DPM server itself. */
  readonly protectedDpmServer?: boolean;
  /** The acts in their order; what comes next may follow from what the one before has left. */
  readonly acts: (world: World) => AsyncIterable<Act | Carry> | Iterable<Act | Carry>;
}

/** A value of our own, through the same schema as everyone's. */
export const valid = <K extends ParameterKey>(key: K, text: string): Answer<K> => {
  const judged = judgeValue(key, text);
  if (!judged.ok) throw new Error(`${key}: ${judged.problem}`);
  return judged.value as Answer<K>;
};
