import { existsSync } from 'node:fs';
import { isSealed } from '../../../src/rehearsal/password.js';
import {
  binName,
  fileOn,
  handoverName,
  handoverOf,
  meta,
  passwords,
  pfxPassword,
  server,
  users,
  words,
} from './pair.js';
import type { Given, Kind } from './given.js';
import { leavingKinds } from './leaving.js';
import { listed, sha256Of, truthOf, type Listed } from './truth.js';

/*
 * Every command of dpm-prep that a person gives at one of the two computers, and what must be so when it says "done".
 */

const passwordOf = ({ pick }: Given): string => passwords[pick % passwords.length] ?? passwords[0];

const recordOf = ({ world, computer }: Given): Listed | undefined =>
  listed(world, server).find(({ serverName }) => serverName.toLowerCase() === computer.toLowerCase());

const accountOf = ({ world, computer }: Given, user: string) =>
  truthOf(world, computer).accounts.find(({ name }) => name.toLowerCase() === user.toLowerCase());

const attachedByCertificate = (given: Given): string | null => {
  const { world, computer } = given;
  const record = recordOf(given);
  const configuration = truthOf(world, computer).agent?.configuration;
  const handed = handoverOf(fileOn(world, server, handoverName(computer)));
  if (!record) return `${computer} is not in the list`;
  if (record.authentication !== 'certificate') return `${computer} is listed by ${record.authentication}`;
  if (record.credential !== handed?.sha256)
    return 'the DPM server knows another .bin than the handover names';
  if (configuration?.mode !== 'certificate') return `the agent is set to ${configuration?.mode ?? 'nothing'}`;
  if (configuration.credential !== record.credential) return 'the agent has another .bin than the DPM server';
  return null;
};

const attachedByAccount = (given: Given): string | null => {
  const { world, computer } = given;
  const record = recordOf(given);
  const configuration = truthOf(world, computer).agent?.configuration;
  if (!record) return `${computer} is not in the list`;
  if (record.authentication !== 'ntlm') return `${computer} is listed by ${record.authentication}`;
  if (configuration?.mode !== 'ntlm') return `the agent is set to ${configuration?.mode ?? 'nothing'}`;
  if (record.userName?.toLowerCase() !== configuration.userName.toLowerCase()) return 'two accounts';
  const account = accountOf(given, configuration.userName);
  if (!account || JSON.stringify(account.password) !== JSON.stringify(record.password))
    return 'two passwords';
  return null;
};

const setByCertificate = (given: Given): string | null => {
  const { world, computer, issued, pick } = given;
  const configuration = truthOf(world, computer).agent?.configuration;
  const handed = handoverOf(fileOn(world, computer, handoverName(computer)));
  if (configuration?.mode !== 'certificate') return `the agent is set to ${configuration?.mode ?? 'nothing'}`;
  if (configuration.thumbprint !== issued[computer]?.[pick % 2]) return 'the agent has another certificate';
  if (configuration.dpmServerName.toLowerCase() !== server.toLowerCase()) return 'it has another DPM server';
  if (handed?.sha256 !== configuration.credential)
    return 'the handover names another .bin than the agent has';
  const file = fileOn(world, computer, handed.name ?? '');
  if (!existsSync(file) || sha256Of(file) !== handed.sha256)
    return 'the .bin of the handover does not lie there';
  return null;
};

const setByAccount =
  (user: (given: Given) => string) =>
  (given: Given): string | null => {
    const configuration = truthOf(given.world, given.computer).agent?.configuration;
    if (configuration?.mode !== 'ntlm') return `the agent is set to ${configuration?.mode ?? 'nothing'}`;
    if (configuration.userName.toLowerCase() !== user(given).toLowerCase()) return 'it has another account';
    if (configuration.dpmServerName.toLowerCase() !== server.toLowerCase())
      return 'it has another DPM server';
    return null;
  };

const hasPassword = (given: Given): string | null => {
  const configuration = truthOf(given.world, given.computer).agent?.configuration;
  if (configuration?.mode !== 'ntlm') return `the agent is set to ${configuration?.mode ?? 'nothing'}`;
  const account = accountOf(given, configuration.userName);
  return isSealed(passwordOf(given), account?.password ?? null) ? null : 'the account has another password';
};

const toldPassword = (given: Given): string | null =>
  isSealed(passwordOf(given), recordOf(given)?.password ?? null)
    ? attachedByAccount(given)
    : 'DPM has another password';

const credentialsSet = ({ world, computer, issued, pick }: Given): string | null => {
  const credentials = truthOf(world, server).server?.credentials;
  if (!credentials) return 'the DPM server has no credentials';
  if (credentials.thumbprint !== issued[server]?.[pick % 2]) return 'the DPM server has another certificate';
  const own = handoverOf(fileOn(world, server, handoverName(computer)))?.own;
  const file = fileOn(world, server, own ?? 'none');
  if (!existsSync(file)) return 'its .bin does not lie there';
  return credentials.files.includes(sha256Of(file)) ? null : 'the .bin that lies there is not its own';
};

const holdsKey =
  (where: (given: Given) => string) =>
  (given: Given): string | null => {
    const wanted = given.issued[where(given)]?.[given.pick % 2];
    const found = truthOf(given.world, where(given)).certificates.some(
      ({ store, thumbprint, key }) => store === 'LocalMachine\\My' && thumbprint === wanted && key !== null,
    );
    return found ? null : 'the certificate is not in the store';
  };

const theServer = (): string => server;
const itself = ({ computer }: Given): string => computer;

const attached = (given: Given): string | null =>
  handoverOf(fileOn(given.world, server, handoverName(given.computer)))?.method === 'ntlm'
    ? attachedByAccount(given)
    : attachedByCertificate(given);

const kinds = {
  'install-agent': {
    side: 'protected-computer',
    words: words.installAgent,
    missing: ({ world, computer }) => (truthOf(world, computer).agent === null ? 'there is no agent' : null),
  },
  'import-cert there': {
    side: 'protected-computer',
    words: ({ computer, pick }) => words.importCertificate(computer, pick % 2),
    password: () => pfxPassword,
    missing: holdsKey(itself),
  },
  'import-cert here': {
    side: 'dpm-server',
    words: ({ pick }) => words.importCertificate(server, pick % 2),
    password: () => pfxPassword,
    missing: holdsKey(theServer),
  },
  'set-credentials': {
    side: 'dpm-server',
    words: ({ computer, issued, pick }) => words.setCredentials(computer, issued, pick % 2),
    missing: credentialsSet,
  },
  'set-credentials again': { side: 'dpm-server', words: words.regenerate },
  'set-dpm-server by certificate': {
    side: 'protected-computer',
    words: ({ computer, issued, pick }) => words.setByCertificate(computer, issued, pick % 2),
    missing: setByCertificate,
  },
  'set-dpm-server by account': {
    side: 'protected-computer',
    words: ({ computer, pick }) =>
      words.setByAccount(computer, pick === 2 ? `other${computer.charAt(0)}` : users[computer]),
    password: passwordOf,
    missing: setByAccount(({ computer, pick }) =>
      pick === 2 ? `other${computer.charAt(0)}` : users[computer],
    ),
  },
  handover: {
    side: 'protected-computer',
    words: ({ world, computer }) => [
      ...['handover', '--ps-credential', `${meta}\\${binName(world, computer)}`],
      ...['--dpm-credential', `${meta}\\${binName(world, server)}`, '--handover-folder', meta],
    ],
  },
  attach: {
    side: 'dpm-server',
    words: ({ computer }) => words.attachHandover(computer),
    password: passwordOf,
    missing: attached,
  },
  'attach with the name': {
    side: 'dpm-server',
    words: ({ computer }) => words.attachHandover(computer, '--confirm', computer),
    password: passwordOf,
    confirms: true,
    missing: attached,
  },
  'attach by file name': {
    side: 'dpm-server',
    words: ({ world, computer, pick }) => [
      ...['attach', '--auth', 'certificate', '--dpm-server-name', server, '--ps-name', computer],
      ...[
        '--ps-credential',
        `${meta}\\${binName(world, pick === 0 ? server : computer)}`,
        '--confirm',
        computer,
      ],
    ],
    missing: attachedByCertificate,
  },
  'attach by account': {
    side: 'dpm-server',
    words: ({ computer }) => words.attachByAccount(computer, users[computer]),
    password: passwordOf,
    missing: attachedByAccount,
  },
  'update-password there': {
    side: 'protected-computer',
    words: () => ['update-password', '--dpm-server-name', server],
    password: passwordOf,
    missing: hasPassword,
  },
  'update-password here': {
    side: 'dpm-server',
    words: ({ computer }) => ['update-password', '--dpm-server-name', server, '--ps-name', computer],
    password: passwordOf,
    missing: toldPassword,
  },
  'renew-cert there': {
    side: 'protected-computer',
    words: ({ world: _world, computer, pick }) => [
      'renew-cert',
      ...words.importCertificate(computer, pick % 2).slice(1),
    ],
    password: () => pfxPassword,
    missing: holdsKey(itself),
  },
  ...leavingKinds,
  'status here': { side: 'dpm-server', words: () => ['status'], onlyReads: true },
  'status there': { side: 'protected-computer', words: () => ['status'], onlyReads: true },
  'preflight there': {
    side: 'protected-computer',
    words: ({ pick }) => [
      'preflight',
      '--auth',
      pick === 0 ? 'ntlm' : 'certificate',
      '--dpm-server-name',
      server,
    ],
    onlyReads: true,
  },
  'preflight here': {
    side: 'dpm-server',
    words: ({ computer }) => ['preflight', '--handover', `${meta}\\${handoverName(computer)}`],
    onlyReads: true,
  },
  collect: { side: 'dpm-server', words: () => ['collect'], onlyReads: true },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as readonly KindName[];
export const kindOf = (name: KindName): Kind => kinds[name];
