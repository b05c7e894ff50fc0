import { setTimeout as sleep } from 'node:timers/promises';
import { nameForm, parseDnsSuffix, parseUserName, sameName } from '../../dpm/names.js';
import { DpmError } from '../errors.js';
import { existingUser } from '../answers/local-users.js';
import { certificateName } from '../names.js';
import { meetsPolicy, seal } from '../password.js';
import { readCredential, requireFolder, writeCredential } from '../credential-file.js';
import { places } from '../practice-files.js';
import { changeWorld, readState } from '../store.js';
import { agentIn, chosenCertificate, openAgentFirewall, startCpWrapper } from './certificate-mode.js';
import type { ProgramTool, ToolContext } from './context.js';
import { faulty } from './reach.js';

const certificateNames = ['dpmcredential', 'outputfilepath', 'thumbprint'] as const;
const withValue = ['dpmservername', 'username', 'productionserverdnssuffix', ...certificateNames] as const;
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
  const [question = 'Password: ', ...more] = context.behaviour.passwordPrompts;
  const first = await context.askSecret(question);
  for (const again of more) {
    if ((await context.askSecret(again)) !== first) throw new DpmError(32695);
  }
  if (!meetsPolicy(first)) throw new DpmError(32694);
  return first;
};

const updatePassword = async (context: ToolContext, options: Options): Promise<number> => {
  const { folder, computer, behaviour } = context;
  const other = options.username ?? options.productionserverdnssuffix;
  if (other !== undefined) throw new DpmError(32700, `${other} does not go with -updatePassword`);
  const { agent } = readState(folder, computer.id);
  if (agent?.configuration.mode !== 'ntlm') throw new DpmError(32691, computer.netbiosName);
  const { dpmServerName, userName } = agent.configuration;
  if (!sameName(dpmServerName, options.dpmservername ?? '')) {
    throw new DpmError(32685, computer.netbiosName, options.dpmservername ?? '', dpmServerName);
  }
  const password = await newPassword(context);
  await sleep(behaviour.configureMs);
  context.checkpoint();
  await changeWorld(folder, (draft) => {
    const account = draft.of(computer).accounts.find(({ name }) => sameName(name, userName));
    if (!account) throw new DpmError(32683, computer.netbiosName);
    account.password = seal(password);
    account.passwordLastSet = new Date().toISOString();
  });
  context.did('set the password');
  context.print(behaviour.successText);
  return behaviour.exitCodes.configured;
};

const checkNames = (
  options: Options,
  { computer }: ToolContext,
): { readonly dpm: string; readonly user: string; readonly suffix: string | null } => {
  const dpm = options.dpmservername ?? '';
  const user = options.username;
  const suffix = options.productionserverdnssuffix ?? null;
  if (user === undefined) throw new DpmError(32700, '-userName is missing');
  if (!parseUserName(user).ok) throw new DpmError(32701, user);
  if (suffix !== null && !parseDnsSuffix(suffix).ok) throw new DpmError(32697, suffix);
  if (suffix !== null && nameForm(dpm) === 'netbios') throw new DpmError(32698, dpm);
  if (suffix !== null && !computer.dnsSuffixes.some((known) => sameName(known, suffix)))
    throw new DpmError(32697, suffix);
  return { dpm, user, suffix };
};

/** -dpmCredential, -OutputFilePath and -Thumbprint: all three, and nothing of the other forms. */
const configureByCertificate = async (context: ToolContext, options: Options): Promise<number> => {
  const { folder, computer, behaviour } = context;
  const missing = certificateNames.find((name) => options[name] === undefined);
  if (missing !== undefined) throw new DpmError(32696, `-${missing} is missing`);
  const foreign = Object.keys(options).find(
    (name) => !(certificateNames as readonly string[]).includes(name),
  );
  if (foreign !== undefined) throw new DpmError(32696, `-${foreign} does not go with -dpmCredential`);
  const { dpmcredential = '', outputfilepath = '', thumbprint = '' } = options;
  const dpm = readCredential(folder, computer.id, dpmcredential, places.agentBin);
  if (dpm.madeBy !== 'dpm-server') {
    throw new DpmError(33237, `${dpmcredential} was not made by Set-DPMCredentials`);
  }
  requireFolder(folder, computer.id, outputfilepath);
  if (!readState(folder, computer.id).agent) throw new DpmError(32684, computer.netbiosName);
  const { certificate, root } = await chosenCertificate(context, thumbprint);
  await sleep(behaviour.configureMs);
  context.checkpoint();
  const file = writeCredential(folder, computer.id, outputfilepath, {
    madeBy: 'protected-computer',
    computer: computer.id,
    name: certificateName(computer),
    dpmServerName: dpm.name,
    thumbprint: certificate.thumbprint,
    root,
  });
  await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    agentIn(draft, context).configuration = {
      mode: 'certificate',
      dpmServerName: dpm.name,
      thumbprint: certificate.thumbprint,
      credential: file.sha256,
    };
    openAgentFirewall(state);
    startCpWrapper(state, places.agentBin);
  });
  context.did(`configured for ${dpm.name} by certificate`);
  context.print(behaviour.successText);
  return behaviour.exitCodes.configured;
};

const createAccount = async (context: ToolContext, user: string, password: string): Promise<void> =>
  changeWorld(context.folder, (draft) => {
    draft.of(context.computer).accounts.push({
      name: user,
      enabled: true,
      passwordLastSet: new Date().toISOString(),
      passwordExpires: true,
      locked: false,
      administrator: false,
      password: seal(password),
    });
  });

const configureByNtlm = async (context: ToolContext, options: Options): Promise<number> => {
  const { folder, computer, behaviour } = context;
  const { dpm, user, suffix } = checkNames(options, context);
  if (faulty(context, 'force-guest')) throw new DpmError(32699);
  const { accounts, agent } = readState(folder, computer.id);
  if (!agent) throw new DpmError(32684, computer.netbiosName);
  if (
    accounts.some(({ name }) => sameName(name, user)) ||
    (faulty(context, 'user-exists') && sameName(user, existingUser))
  ) {
    throw new DpmError(32693, user);
  }
  context.print(`Configuring dpm server settings and firewall settings for dpm server =[${dpm}]`);
  const password = await newPassword(context);
  await createAccount(context, user, password);
  context.did(`created the account ${user}`);
  await sleep(behaviour.configureMs);
  context.checkpoint();
  await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    const installed = agentIn(draft, context);
    installed.configuration = {
      mode: 'ntlm',
      dpmServerName: dpm,
      userName: user,
      productionServerDnsSuffix: suffix,
    };
    installed.onceNtlm = true;
    openAgentFirewall(state);
  });
  context.did(`configured for ${dpm} with the account ${user}`);
  context.print(behaviour.successText);
  return behaviour.exitCodes.configured;
};

/** SetDpmServer.exe, all documented forms but that for a trusted domain. */
export const setDpmServer: ProgramTool = async (context) => {
  if (faulty(context, 'not-elevated')) throw new DpmError(32692);
  const options = parse(context.arguments);
  if (certificateNames.some((name) => options[name] !== undefined)) {
    return configureByCertificate(context, options);
  }
  if (options.dpmservername === undefined) throw new DpmError(32696, '-dpmServerName is missing');
  if (options.isnondomainserver !== true) {
    if (options.username !== undefined) throw new DpmError(32700, '-userName without -isNonDomainServer');
    throw new DpmError(32696, 'this practice computer is in no domain that the DPM server trusts');
  }
  if (options.updatepassword === true) return updatePassword(context, options);
  return configureByNtlm(context, options);
};
