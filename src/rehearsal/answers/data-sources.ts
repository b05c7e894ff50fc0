import { hasFault } from '../faults.js';
import { isProtected, recordNamed } from '../records.js';
import { readState } from '../store.js';
import type { Answerer } from './answer.js';

/** What could be protected on the computer itself. What a cluster shows is a question of its own. */
export const dataSources: Answerer<'data-sources'> = (
  { folder, world, state },
  { computerName, inquire },
) => {
  const record = recordNamed(state, computerName);
  if (!record) return { found: false, dataSources: [], failure: null };
  const { agent } = readState(folder, record.computer);
  const unreachable = (['unreachable', 'refused', 'name-unknown'] as const).some((fault) =>
    hasFault(world.faults, fault, record.computer),
  );
  if (inquire && (unreachable || agent === null || !record.connected)) {
    return {
      found: true,
      dataSources: [],
      failure: `Error ID: 32684. The protection agent on ${computerName} cannot be contacted.`,
    };
  }
  const shown = record.dataSources.map(({ name, kind }, index) => ({
    name,
    type: kind,
    protected: record.dataSources[index]?.protected === true || (index === 0 && isProtected(world, record)),
  }));
  return {
    found: true,
    dataSources: inquire ? shown : shown.filter((source) => source.protected),
    failure: null,
  };
};
