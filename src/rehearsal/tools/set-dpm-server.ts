import { setTimeout as sleep } from 'node:timers/promises';
import { parseUserName, nameForm, sameName } from '../../dpm/names.js';
import { DpmError } from '../errors.js';
import { existingUser } from '../answers/local-users.js';
import { hasFault } from '../faults.js';
import { meetsPolicy, seal } from '../password.js';
import { places } from '../practice-files.js';
import { changeWorld, readState } from '../store.js';
import type { ProgramTool, ToolContext } from './context.js';

const withValue = ['dpmservername', 'username', 'productionserverdnssuffix'] as const;
const switches = ['isnondomainserver', 'updatepassword', 'add'] as const;

type Options = Partial<Record<(typeof withValue)[number], string>> &
  Partial<Record<(typeof switches)[number], boolean>>;

const parse = (words: readonly string[]): Options => {
  const options: Record<string, string | boolean> = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const name = word.replace(/^-/, '').toLowerCase();
    if (!word.startsWith('-') || name in options) throw new DpmError(32696, word);
    if ((switches as readonly string[]).includes(name)) options[name] = true;
    else if ((withValue as readonly string[]).includes(name)) {
      at += 1;
      const value = words[at];
      if (value === undefined || value.startsWith('-')) throw new DpmError(32696, word);
      options[name] = value;
    } else throw new DpmError(32696, word);
  }
  return options;
};

const newPassword = async (context: ToolContext): Promise<string> => {
  const first = await context.askSecret('Enter the password: ');
  const second = await context.askSecret('Confirm the password: ');
  if (first !== second) throw new DpmError(32695);
  if (!meetsPolicy(first)) throw new DpmError(32694);
  return first;
};

const success = 'Configuration completed successfully!!!';

const updatePassword = async (context: ToolContext, options: Options): Promise<number> => {
  const { folder, computer, behaviour } = context;
  if (options.username !== undefined) throw new DpmError(32700, '-userName');
  const { agent } = readState(folder, computer.id);
  if (agent?.configuration.mode !== 'ntlm') throw new DpmError(32691, computer.netbiosName);
  const { dpmServerName, userName } = agent.configuration;
  if (!sameName(dpmServerName, options.dpmservername ?? '')) {
    throw new DpmError(32685, computer.netbiosName, options.dpmservername ?? '', dpmServerName);
  }
  const password = await newPassword(context);
  await sleep(behaviour.configureMs);
  await changeWorld(folder, (draft) => {
    const account = draft.of(computer).accounts.find(({ name }) => sameName(name, userName));
    if (!account) throw new DpmError(32683, computer.netbiosName);
    account.password = seal(password);
    account.passwordLastSet = new Date().toISOString();
  });
  context.did('set the password');
  context.print(success);
  return behaviour.exitCodes.configured;
};

const checkNames = (
  options: Options,
  { computer }: ToolContext,
): { readonly dpm: string; readonly user: string; readonly suffix: string | null } => {
  const dpm = options.dpmservername ?? '';
  const user = options.username;
  const suffix = options.productionserverdnssuffix ?? null;
  if (user === undefined) throw new DpmError(32696, '-userName is missing');
  if (!parseUserName(user).ok) throw new DpmError(32701, user);
  if (suffix !== null && nameForm(dpm) === 'netbios') throw new DpmError(32698, dpm);
  if (suffix !== null && !computer.dnsSuffixes.some((known) => sameName(known, suffix)))
    throw new DpmError(32697, suffix);
  return { dpm, user, suffix };
};

/** SetDpmServer.exe, NTLM forms. */
export const setDpmServer: ProgramTool = async (context) => {
  const { folder, world, computer, behaviour } = context;
  const faulty = (fault: Parameters<typeof hasFault>[1]): boolean =>
    hasFault(world.faults, fault, computer.id);
  if (faulty('not-elevated')) throw new DpmError(32692);
  const options = parse(context.arguments);
  if (options.dpmservername === undefined) throw new DpmError(32696, '-dpmServerName is missing');
  if (options.isnondomainserver !== true) {
    if (options.username !== undefined) throw new DpmError(32696, '-userName without -isNonDomainServer');
    throw new DpmError(32696, 'this practice computer is in a workgroup');
  }
  if (options.updatepassword === true) return updatePassword(context, options);
  const { dpm, user, suffix } = checkNames(options, context);
  if (faulty('force-guest')) throw new DpmError(32699);
  const { accounts, agent } = readState(folder, computer.id);
  if (!agent) throw new DpmError(32684, computer.netbiosName);
  if (
    accounts.some(({ name }) => sameName(name, user)) ||
    (faulty('user-exists') && sameName(user, existingUser))
  ) {
    throw new DpmError(32693, user);
  }
  context.print(`Configuring dpm server settings and firewall settings for dpm server =[${dpm}]`);
  const password = await newPassword(context);
  await sleep(behaviour.configureMs);
  await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    if (!state.agent) throw new DpmError(32684, computer.netbiosName);
    state.accounts.push({
      name: user,
      enabled: true,
      passwordLastSet: new Date().toISOString(),
      passwordExpires: true,
      administrator: false,
      password: seal(password),
    });
    state.agent.configuration = {
      mode: 'ntlm',
      dpmServerName: dpm,
      userName: user,
      productionServerDnsSuffix: suffix,
    };
    state.agent.onceNtlm = true;
    state.firewall.rules.push(
      {
        name: 'DPMRA',
        enabled: true,
        allow: true,
        program: `${places.agentBin}\\DPMRA.exe`,
        protocol: 'Any',
        localPorts: null,
      },
      {
        name: 'DPMRA_DCOM_135',
        enabled: true,
        allow: true,
        program: null,
        protocol: 'TCP',
        localPorts: '135',
      },
    );
  });
  context.did(`created the account ${user}`);
  context.print(success);
  return behaviour.exitCodes.configured;
};
