import { commandGroups, type Subcommand } from '../application/command.js';
import * as named from './index.js';
import { byCodeUnits } from '../order.js';

/** Where a command stands in --help: by group, then by its place in the group. */
const rank = ({ group, place }: Subcommand): number => commandGroups.indexOf(group) * 1_000 + place;

/** Every subcommand, in the order of --help. */
export const commands: readonly Subcommand[] = Object.values<Subcommand>(named).sort(
  (a, b) => rank(a) - rank(b) || byCodeUnits(a.name, b.name),
);

/** The command that runs when a command line names none. */
export const defaultCommand = 'guide';
