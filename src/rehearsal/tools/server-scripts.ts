import { setTimeout as sleep } from 'node:timers/promises';
import { nameForm, sameName } from '../../dpm/names.js';
import { isAtLeast } from '../../dpm/versions.js';
import { canLogOn } from '../accounts.js';
import { DpmError } from '../errors.js';
import { namesOf } from '../names.js';
import { isSealed, sameSealing, seal } from '../password.js';
import { addRecord, recordNamed, visibleRecords } from '../records.js';
import { serverVersionOf } from '../server-version.js';
import { changeWorld, readState } from '../store.js';
import type { ScriptInput, ScriptTool } from './context.js';
import { faulty, reach, requireServer } from './reach.js';

export const value = ({ parameters }: ScriptInput, name: string): string =>
  Object.entries(parameters).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? '';

/** Attach-NonDomainServer.ps1 */
export const attachNonDomainServer: ScriptTool = async (context, input) => {
  const { folder, computer, behaviour } = context;
  const dpm = value(input, 'DPMServerName');
  const psName = value(input, 'PSName');
  const userName = value(input, 'UserName');
  requireServer(context, dpm);
  const target = reach(context, psName);
  const password = input.password ?? (await context.askSecret('Password: '));
  await sleep(behaviour.scriptMs);
  await changeWorld(folder, (draft) => {
    const { agent, accounts } = draft.of(target);
    if (!agent) throw new DpmError(32684, psName);
    const { configuration } = agent;
    if (configuration.mode === 'none') throw new DpmError(32684, psName);
    if (configuration.mode !== 'ntlm') throw new DpmError(32691, psName);
    if (!sameName(configuration.dpmServerName, dpm))
      throw new DpmError(32685, psName, dpm, configuration.dpmServerName);
    const records = draft.of(computer).server?.records ?? [];
    const other = records.find(
      (record) =>
        !record.deleted &&
        record.userName !== null &&
        sameName(record.userName, userName) &&
        record.computer !== target.id,
    );
    if (other) throw new DpmError(32689, psName, userName, other.serverName);
    if (!sameName(configuration.userName, userName)) throw new DpmError(32690, psName, userName);
    const account = accounts.find(({ name }) => sameName(name, userName));
    if (!account || !canLogOn(account, new Date()) || !isSealed(password, account.password))
      throw new DpmError(32680, psName);
    if (nameForm(psName) !== nameForm(dpm)) throw new DpmError(32685, psName, dpm, 'the other form of names');
    addRecord(draft.world, draft.of(computer), target, {
      serverName: psName,
      authentication: 'ntlm',
      userName,
      password: account.password,
      attachedVersion: agent.version,
    });
  });
  context.did(`attached ${psName}`);
  context.print(`Attached ${psName}.`);
  return 0;
};

/** Update-NonDomainServerInfo.ps1 */
export const updateNonDomainServerInfo: ScriptTool = async (context, input) => {
  const { folder, computer, behaviour } = context;
  const psName = value(input, 'PSName');
  requireServer(context, value(input, 'DPMServerName'));
  const password = input.password ?? (await context.askSecret('New password: '));
  await sleep(behaviour.scriptMs);
  await changeWorld(folder, (draft) => {
    const record = recordNamed(draft.of(computer), psName);
    if (!record) throw new DpmError(32683, psName);
    const target = draft.of({ id: record.computer });
    const account = target.accounts.find(({ name }) => sameName(name, record.userName ?? ''));
    // What the script stores is what it was given; only the agent shows whether it is right.
    record.password = isSealed(password, account?.password ?? null)
      ? (account?.password ?? null)
      : seal(password);
  });
  context.did(`set the password of ${psName}`);
  return 0;
};

/** "Refresh information": the DPM server contacts the agent with what it knows of it. */
export const refresh: ScriptTool = async (context, input) => {
  const { folder, world, computer, behaviour } = context;
  const psName = value(input, 'computerName');
  requireServer(context, value(input, 'dpmServerName'));
  await sleep(behaviour.scriptMs);
  const failure = await changeWorld(folder, (draft): DpmError | null => {
    const record = recordNamed(draft.of(computer), psName);
    if (!record) return null;
    const target = draft.world.computers.find(({ id }) => id === record.computer);
    if (!target) return new DpmError(32684, psName);
    const { accounts, agent } = draft.of(target);
    const account = accounts.find(({ name }) => sameName(name, record.userName ?? ''));
    const certificateBlocked =
      record.authentication === 'certificate' &&
      (['port-6076-blocked', 'cpwrapper-stopped'] as const).some((fault) =>
        faulty({ world, computer: target }, fault),
      );
    const configured = agent?.configuration;
    // A pair that was written into a world without tools has no file that the DPM server could know.
    const otherFile =
      configured?.mode === 'certificate' &&
      record.credential !== null &&
      record.credential !== configured.credential;
    const otherAccount = configured?.mode === 'ntlm' && !sameName(configured.userName, record.userName ?? '');
    const otherServer =
      configured !== undefined &&
      configured.mode !== 'none' &&
      !namesOf(computer).some((name) => sameName(name, configured.dpmServerName));
    const mismatch = record.authentication !== configured?.mode || otherFile || otherAccount || otherServer;
    const wrongPassword =
      record.authentication === 'ntlm' &&
      ((account !== undefined && !canLogOn(account, new Date())) ||
        !sameSealing(record.password, account?.password ?? null));
    const serverVersion = serverVersionOf(world, computer, draft.of(computer).server?.version ?? '');
    const newer = agent !== null && !isAtLeast(serverVersion, agent.version);
    // The record is of the agent that was attached.
    const wantsAttach =
      agent !== null &&
      faulty({ world, computer: target }, 'agent-update-reattach') &&
      record.attachedVersion !== null &&
      record.attachedVersion !== agent.version;
    record.connected =
      agent !== null && !certificateBlocked && !mismatch && !wrongPassword && !newer && !wantsAttach;
    if (newer) return new DpmError(372, psName, agent.version, serverVersion);
    if (agent === null || mismatch) return new DpmError(32684, psName);
    if (wantsAttach) return new DpmError(344, psName);
    if (certificateBlocked) return new DpmError(33304, psName);
    return wrongPassword ? new DpmError(270, psName) : null;
  });
  const listed = recordNamed(readState(folder, computer.id), psName) !== null;
  if (listed) reach(context, psName);
  if (failure) throw failure;
  if (listed) context.did(`refreshed ${psName}`);
  context.print(JSON.stringify({ found: listed }));
  return 0;
};

/** Get-DPMProductionCluster */
export const getProductionCluster: ScriptTool = async (context, input) => {
  requireServer(context, value(input, 'DPMServerName'));
  await sleep(context.behaviour.scriptMs);
  const records = visibleRecords(readState(context.folder, context.computer.id), new Date());
  const clusters = new Set(records.flatMap(({ clusterName }) => clusterName ?? []));
  for (const cluster of clusters) context.print(cluster);
  return 0;
};
