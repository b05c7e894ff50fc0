import { hasFault, type Fault } from '../faults.js';
import { findComputer } from '../names.js';
import { readState } from '../store.js';
import type { PracticeComputer } from '../state.js';
import type { Answerer, Asked } from './answer.js';

/* The network of the practice pair: names and ports exist in the world alone, nothing is sent anywhere. */

const faultyThere = ({ world }: Asked, computer: PracticeComputer, fault: Fault): boolean =>
  hasFault(world.faults, fault, computer.id);

/** The computer that this name leads to, or null. A computer always knows itself. */
const resolved = (asked: Asked, name: string): PracticeComputer | null => {
  const computer = findComputer(asked.world, name);
  if (!computer) return null;
  return computer.id !== asked.computer.id && faultyThere(asked, computer, 'name-unknown') ? null : computer;
};

export const nameResolution: Answerer<'name-resolution'> = (asked, { names }) => ({
  names: names.map((name) => {
    const computer = resolved(asked, name);
    return computer
      ? { name, addresses: [computer.address], state: 'resolved' }
      : { name, addresses: [], state: 'unknown' };
  }),
});

export const portProbe: Answerer<'port-probe'> = (asked, { host, ports }) => {
  const computer = resolved(asked, host);
  if (!computer) {
    return {
      ports: ports.map((port) => ({ port, state: 'name-unknown', address: null, code: 'ENOTFOUND' })),
    };
  }
  const listening = readState(asked.folder, computer.id).ports.map(({ port }) => port);
  const stateOf = (port: number): 'open' | 'refused' | 'filtered' => {
    if (faultyThere(asked, computer, 'unreachable')) return 'filtered';
    if (port === 6076 && faultyThere(asked, computer, 'port-6076-blocked')) return 'filtered';
    if (faultyThere(asked, computer, 'refused')) return 'refused';
    if (port === 6076 && faultyThere(asked, computer, 'cpwrapper-stopped')) return 'refused';
    return listening.includes(port) ? 'open' : 'refused';
  };
  return {
    ports: ports.map((port) => {
      const state = stateOf(port);
      return {
        port,
        state,
        address: computer.address,
        code: state === 'refused' ? 'ECONNREFUSED' : null,
      };
    }),
  };
};

const offSeconds = 660;

export const clockDifference: Answerer<'clock-difference'> = (asked, { host }) => {
  const computer = resolved(asked, host);
  if (!computer) return { aheadSeconds: null, why: 'its name is not known here' };
  const ahead = (one: PracticeComputer): number => (faultyThere(asked, one, 'clock-off') ? offSeconds : 0);
  return { aheadSeconds: ahead(computer) - ahead(asked.computer), why: null };
};
