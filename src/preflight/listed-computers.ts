import { notApplicable, pass, warn } from '../checks/verdict.js';
import { page } from '../dpm/source.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

/** Windows always listens there; whether the agent does is seen by attaching. */
const mapperPort = 135;
const atOnce = 100;
const named = 10;

const why: Readonly<Record<string, string>> = {
  refused: 'refused',
  filtered: 'no answer in time',
  unreachable: 'no route',
  'name-unknown': 'unknown name',
};

interface Unreached {
  readonly name: string;
  readonly why: string;
}

const unreached = async (subject: PreflightSubject): Promise<readonly Unreached[]> => {
  const found: Unreached[] = [];
  const left = [...subject.facts.listed];
  const next = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const state = await subject.port(name, mapperPort);
      if (state !== 'open') found.push({ name, why: why[state] ?? 'could not be tried' });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  const order = new Map(subject.facts.listed.map((name, index) => [name, index]));
  return found.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
};

/** The computers of an inventory. One that cannot be reached does not stop the others. */
export const listedComputers: PreflightCheck = {
  id: 'listed-computers',
  title: 'The computers of the inventory',
  required: `The DPM server reaches each computer of the inventory: it resolves the name, and TCP ${String(mapperPort)} is open.`,
  source: page('Network settings'),
  severity: 'advice',
  prevents: [41, 300, 308, 316, 32684],
  run: async (subject) => {
    const { listed } = subject.facts;
    if (listed.length === 0) return notApplicable('No inventory is given.');
    const missing = await unreached(subject);
    if (missing.length === 0)
      return pass(`All ${String(listed.length)} computers answer on TCP ${String(mapperPort)}.`);
    const shown = missing.slice(0, named).map(({ name, why: reason }) => `${name} (${reason})`);
    const more = missing.length - shown.length;
    return {
      ...warn(
        `${String(missing.length)} of ${String(listed.length)} cannot be reached: ${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}.`,
        'The run fails for each of these computers and continues with the others.',
        'Fix name resolution and firewalls, then run this. It continues with the computers that are not done: dpm-prep again',
      ),
      details: { computers: missing },
    };
  },
};
