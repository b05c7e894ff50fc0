import type { Answer } from '../machine/questions.js';
import type { Machine } from '../machine/machine.js';

export type DataSource = Answer<'data-sources'>['dataSources'][number];

/** Data sources of this computer that are in active protection: as long as there is one, DPM refuses to remove it (ID 292). */
export const protectedDataSources = async (
  machine: Machine,
  dpmServerName: string,
  psName: string,
): Promise<readonly DataSource[]> => {
  const { dataSources } = await machine.ask('data-sources', {
    dpmServerName,
    computerName: psName,
    inquire: false,
  });
  return dataSources.filter((source) => source.protected === true);
};

/** A few of them in words, and how many more there are. */
export const dataSourceText = (sources: readonly DataSource[]): string => {
  const shown = sources
    .slice(0, 5)
    .map(({ name, type }) => (type === null || name.includes(type) ? name : `${name} (${type})`));
  const more = sources.length - shown.length;
  return [...shown, ...(more > 0 ? [`${String(more)} more`] : [])].join(', ');
};
