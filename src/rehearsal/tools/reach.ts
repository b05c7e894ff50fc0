import { sameName } from '../../dpm/names.js';
import { DpmError, Refusal } from '../errors.js';
import { hasFault, type Fault } from '../faults.js';
import { findComputer, namesOf } from '../names.js';
import { readState } from '../store.js';
import type { PracticeComputer } from '../state.js';
import type { ToolContext } from './context.js';

export const faulty = ({ world, computer }: Pick<ToolContext, 'world' | 'computer'>, fault: Fault): boolean =>
  hasFault(world.faults, fault, computer.id);

/** The scripts run on the DPM server alone, and must be told a name of it. */
export const requireServer = ({ computer, folder }: ToolContext, name: string): void => {
  const { server } = readState(folder, computer.id);
  if (!server) throw new Refusal(`${computer.netbiosName} is not a DPM server.`);
  if (!namesOf(computer).some((known) => sameName(known, name))) {
    throw new Refusal(`Unable to connect to the DPM server ${name}.`);
  }
};

const cutOff: readonly Fault[] = ['unreachable', 'refused', 'name-unknown'];

/** The protected computer that this name resolves to, where the network leads to it. Throws 32684. */
export const reach = ({ world }: Pick<ToolContext, 'world'>, name: string): PracticeComputer => {
  const computer = findComputer(world, name);
  if (computer?.role !== 'protected-computer' || cutOff.some((fault) => faulty({ world, computer }, fault))) {
    throw new DpmError(32684, name);
  }
  return computer;
};
