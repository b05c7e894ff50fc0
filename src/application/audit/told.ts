import type { Journal } from '../../run/journal.js';
import { attachStepPrefix } from '../../steps/attach-record.js';
import { timeOf } from './reading.js';

const told = 'update-non-domain-server-info:';
const refreshed = 'refresh:';

/**
 * When this DPM server was last told the password of each computer and then reached the agent, by the computer's name in
 * lower case: by the attach, or by update-password up to the refresh that follows. An update whose refresh was not seen
 * to answer does not count.
 */
export const passwordsTold = (journal: Journal | null): ReadonlyMap<string, string> => {
  const times = new Map<string, string>();
  const open = new Map<string, string>();
  for (const entry of journal?.entries ?? []) {
    if (entry.event !== 'verified') continue;
    const name = entry.step.slice(entry.step.indexOf(':') + 1).toLowerCase();
    const at = timeOf(entry.at);
    if (at === null) continue;
    if (entry.step.startsWith(attachStepPrefix) && entry.state === 'verified') times.set(name, at);
    if (entry.step.startsWith(told)) {
      if (entry.state === 'not-verified') open.delete(name);
      else open.set(name, at);
    }
    if (entry.step.startsWith(refreshed) && entry.state === 'verified' && open.has(name)) {
      times.set(name, open.get(name) ?? at);
      open.delete(name);
    }
  }
  return times;
};
