/**
 * How a collection writes what may name somebody. Each method says what the value *is*: whoever writes a line knows
 * it, and a pattern over finished text does not. What is not given to a method (versions, states, ids, our own words)
 * names nobody and stays.
 */
export interface Hiding {
  computer(name: string): string;
  user(name: string): string;
  domain(name: string): string;
  /** A path of this computer or of the network. */
  path(path: string): string;
  /** A documented command line: its parameters say what their values are. */
  commandLine(line: string): string;
  /** Text of others: output of tools, logs, names of rules. */
  text(text: string): string;
}

const asItIs = (text: string): string => text;

/** Names stay, for a person who keeps the collection. */
export const nothingHidden: Hiding = {
  computer: asItIs,
  user: asItIs,
  domain: asItIs,
  path: asItIs,
  commandLine: asItIs,
  text: asItIs,
};
