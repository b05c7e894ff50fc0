import { setTimeout as sleep } from 'node:timers/promises';
import { sameName } from '../../dpm/names.js';
import { DpmError } from '../errors.js';
import { hasFault } from '../faults.js';
import { findComputer, namesOf } from '../names.js';
import { isSealed, sameSealing, seal } from '../password.js';
import { changeWorld, readState } from '../store.js';
import type { PracticeComputer } from '../state.js';
import type { ScriptInput, ScriptTool, ToolContext } from './context.js';

export const value = ({ parameters }: ScriptInput, name: string): string =>
  Object.entries(parameters).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? '';

export const requireServer = ({ computer, folder }: ToolContext, name: string): void => {
  const { server } = readState(folder, computer.id);
  if (!server || !namesOf(computer).some((known) => sameName(known, name))) {
    throw new DpmError(32684, name);
  }
};

/** The protected computer that this name resolves to, with its agent reachable. */
const reach = ({ world }: ToolContext, name: string): PracticeComputer => {
  const computer = findComputer(world, name);
  const blocked = ['unreachable', 'refused', 'name-unknown'] as const;
  if (
    computer?.role !== 'protected-computer' ||
    blocked.some((fault) => hasFault(world.faults, fault, computer.id))
  ) {
    throw new DpmError(32684, name);
  }
  return computer;
};

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
    if (!account || !isSealed(password, account.password)) throw new DpmError(32680, psName);
    const now = Date.now();
    const fresh = {
      serverName: psName,
      computer: target.id,
      authentication: 'ntlm' as const,
      userName,
      password: account.password,
      clusterName: draft.world.cluster,
      visibleFrom: new Date(now + behaviour.attachDelayMs).toISOString(),
      deleted: false,
      connected: true,
      dataSources: [
        {
          name: 'C:\\',
          kind: 'Volume',
          protected: hasFault(draft.world.faults, 'data-sources-protected', target.id),
        },
      ],
    };
    const at = records.findIndex((record) => record.computer === target.id);
    if (at === -1) records.push(fresh);
    else records[at] = fresh;
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
    const record = draft
      .of(computer)
      .server?.records.find(({ serverName, deleted }) => !deleted && sameName(serverName, psName));
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

/** "Refresh information": the DPM server contacts the agent with the password that it knows. */
export const refresh: ScriptTool = async (context, input) => {
  const { folder, computer, behaviour } = context;
  const psName = value(input, 'computerName');
  requireServer(context, value(input, 'dpmServerName'));
  await sleep(behaviour.scriptMs);
  const agrees = await changeWorld(folder, (draft) => {
    const record = draft
      .of(computer)
      .server?.records.find(({ serverName, deleted }) => !deleted && sameName(serverName, psName));
    if (!record) throw new DpmError(32683, psName);
    const account = draft
      .of({ id: record.computer })
      .accounts.find(({ name }) => sameName(name, record.userName ?? ''));
    record.connected =
      record.authentication === 'certificate' || sameSealing(record.password, account?.password ?? null);
    return record.connected;
  });
  reach(context, psName);
  if (!agrees) throw new DpmError(308, psName);
  context.print(JSON.stringify({ found: true }));
  return 0;
};
