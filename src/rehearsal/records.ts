import { sameName } from '../dpm/names.js';
import { hasFault } from './faults.js';
import type { PracticeComputer, ServerRecord, State, WorldFile } from './state.js';

/** What the DPM server lists now: a record appears some time after the script has ended. */
export const visibleRecords = (state: State, now: Date): readonly ServerRecord[] =>
  (state.server?.records ?? []).filter(
    ({ deleted, visibleFrom }) => !deleted && Date.parse(visibleFrom) <= now.getTime(),
  );

/** What the DPM server lists now under this name. */
export const recordNamed = (state: State, name: string): ServerRecord | null =>
  visibleRecords(state, new Date()).find(({ serverName }) => sameName(serverName, name)) ?? null;

type NewRecord = Pick<ServerRecord, 'serverName' | 'authentication' | 'userName' | 'password'> &
  Partial<Pick<ServerRecord, 'credential' | 'attachedVersion'>>;

/** Puts a freshly attached computer into the DPM server's list, where it appears after a while. */
export const addRecord = (
  world: WorldFile,
  server: State,
  target: PracticeComputer,
  record: NewRecord,
): void => {
  const records = server.server?.records;
  if (!records) return;
  const fresh: ServerRecord = {
    credential: null,
    attachedVersion: null,
    ...record,
    computer: target.id,
    clusterName: world.cluster,
    visibleFrom: new Date(Date.now() + world.behaviour.attachDelayMs).toISOString(),
    deleted: false,
    connected: true,
    dataSources: [
      { name: 'C:\\', kind: 'Volume', protected: false },
      { name: 'System State', kind: 'System Protection', protected: false },
    ],
  };
  const at = records.findIndex(({ computer }) => computer === target.id);
  if (at === -1) records.push(fresh);
  else records[at] = fresh;
};

/** Is anything of this computer in active protection? */
export const isProtected = (world: WorldFile, record: ServerRecord): boolean =>
  hasFault(world.faults, 'data-sources-protected', record.computer) ||
  record.dataSources.some((source) => source.protected);
