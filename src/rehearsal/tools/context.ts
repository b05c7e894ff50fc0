import type { Behaviour, PracticeComputer, WorldFile } from '../state.js';

/** What a practice tool has: its world, the computer it runs on, and its streams. */
export interface ToolContext {
  readonly folder: string;
  readonly world: WorldFile;
  readonly computer: PracticeComputer;
  readonly behaviour: Behaviour;
  /** Of the program, as the computer names it. */
  readonly path: string;
  readonly arguments: readonly string[];
  print(line: string): void;
  /** Asks without a line end and reads one line. */
  ask(question: string): Promise<string>;
  /** Asks without a line end and reads one line; hidden on a terminal. */
  askSecret(question: string): Promise<string>;
  /** Half-way through its work: the fault `crashes` ends the tool here. */
  checkpoint(): void;
  /** For the log: what was changed. */
  did(what: string): void;
}

/** Parameters of a script or cmdlet, and the password where one was given. */
export interface ScriptInput {
  readonly parameters: Readonly<Record<string, string>>;
  readonly password: string | null;
}

export type ProgramTool = (context: ToolContext) => Promise<number>;
export type ScriptTool = (context: ToolContext, input: ScriptInput) => Promise<number>;
