import { setTimeout as sleep } from 'node:timers/promises';
import { DpmError } from '../errors.js';
import { changeWorld } from '../store.js';
import type { ScriptTool } from './context.js';
import { requireServer, value } from './server-scripts.js';
import { sameName } from '../../dpm/names.js';

/** Remove-ProductionServer.ps1: the record goes, the agent stays (324); never one with protected data sources (292). */
export const removeProductionServer: ScriptTool = async (context, input) => {
  const { folder, computer, behaviour } = context;
  const psName = value(input, 'PSName');
  requireServer(context, value(input, 'DPMServerName'));
  await sleep(behaviour.scriptMs);
  await changeWorld(folder, (draft) => {
    const record = draft
      .of(computer)
      .server?.records.find(({ serverName, deleted }) => !deleted && sameName(serverName, psName));
    if (!record) throw new DpmError(32683, psName);
    if (record.dataSources.some((source) => source.protected)) throw new DpmError(292, psName);
    record.deleted = true;
  });
  context.did(`removed ${psName}`);
  return 0;
};
