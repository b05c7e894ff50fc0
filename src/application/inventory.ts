import { maxInventoryBytes, parseInventory, type InventoryEntry } from '../answers/inventory.js';
import type { Machine } from '../machine/machine.js';
import { usageProblem } from '../problem.js';
import type { CommandContext } from './command.js';

/** The computers of --inventory; none without it. The file is read where the program runs. */
export const inventoryOf = async (
  context: CommandContext<'inventory'>,
  machine: Machine | null,
): Promise<readonly InventoryEntry[]> => {
  const path = context.answers.inventory;
  if (path === undefined || machine === null) return [];
  const entry = await machine.files.stat(path);
  if (entry?.kind !== 'file') {
    throw usageProblem(
      `The inventory ${path} ${entry === null ? 'does not exist' : 'is not a file'}.`,
      'Give a CSV or YAML file with --inventory.',
    );
  }
  return parseInventory(await machine.files.read(path, maxInventoryBytes), path);
};
