import { setTimeout as sleep } from 'node:timers/promises';
import { DpmError, Refusal } from '../errors.js';
import { isProtected, recordNamed } from '../records.js';
import { changeWorld } from '../store.js';
import type { ScriptTool } from './context.js';
import { requireServer } from './reach.js';

/** Remove-ProductionServer.ps1: takes the record away; the agent stays. */
export const removeProductionServer: ScriptTool = async (context, { parameters }) => {
  const { folder, computer, behaviour } = context;
  const psName = parameters.PSName ?? '';
  requireServer(context, parameters.DPMServerName ?? '');
  await sleep(behaviour.scriptMs);
  await changeWorld(folder, (draft) => {
    const record = recordNamed(draft.of(computer), psName);
    if (!record) throw new Refusal(`${psName} is not in the list of this DPM server.`);
    if (isProtected(draft.world, record)) throw new DpmError(292, psName);
    record.deleted = true;
  });
  context.did(`removed ${psName}`);
  context.print(`Removed ${psName} successfully.`);
  return 0;
};
