import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { flagOf } from '../../src/answers/parameter.js';
import { parameterOf, runParameters, type AnswersOf } from '../../src/answers/parameters.js';
import type { AttachKey } from '../../src/application/attach/attach.js';
import type { CommandContext, KeysOf } from '../../src/application/command.js';
import type { NtlmProtectedKey } from '../../src/application/protected-computer/ntlm.js';
import type { ProcedureKey } from '../../src/application/parameter-groups.js';
import type { spec as attach } from '../../src/commands/attach/spec.js';
import { commands } from '../../src/commands/registry.js';
import type { spec as requestCert } from '../../src/commands/request-cert/spec.js';
import type { spec as setDpmServer } from '../../src/commands/set-dpm-server/spec.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// A command reads only the answers that it declares. The compiler checks that: each line below "@ts-expect-error" must
// not compile, and an error that is missing is an error of its own (npm run types).

type Reads<K extends ProcedureKey | AttachKey | NtlmProtectedKey> = (context: CommandContext<K>) => void;

/** Never called: only its types matter. */
export const typesOnly = (
  attachAnswers: CommandContext<KeysOf<typeof attach>>['answers'],
  setDpmServerAnswers: CommandContext<KeysOf<typeof setDpmServer>>['answers'],
  requestContext: CommandContext<KeysOf<typeof requestCert>>,
  statusContext: CommandContext,
  runPlan: Reads<ProcedureKey>,
): readonly unknown[] => {
  runPlan(requestContext);
  // @ts-expect-error: a command without parameters of its own (status) has no --ignore, so it cannot run a plan, whose checks --ignore must be able to demote
  runPlan(statusContext);
  const withoutIgnore: Omit<CommandContext<ProcedureKey>, 'answers'> & {
    answers: AnswersOf<Exclude<ProcedureKey, 'ignore'>> & CommandContext['answers'];
  } = requestContext;
  // @ts-expect-error: the same, where --ignore alone is missing
  runPlan(withoutIgnore);
  return [
    attachAnswers.psCredential,
    // @ts-expect-error: attach does not take --production-server-dns-suffix; it has the suffix from the handover file
    attachAnswers.productionServerDnsSuffix,
    setDpmServerAnswers.dpmServerName,
    // @ts-expect-error: set-dpm-server does not take --accept-eula
    setDpmServerAnswers.acceptEula,
  ];
};

const folder = temporaryFolder('declared');
const everything = join(folder, 'everything.json');
const thumbprint = 'cf822d9ba1c801ef40d4b31de0cfcb200a8a2496';

beforeAll(() => {
  // An answer file serves several commands, so it holds more than any of them takes.
  writeFileSync(
    everything,
    JSON.stringify({
      dpmServerName: 'Server01.corp.contoso.com',
      psName: 'Finance01.widgets.corp.com',
      userName: 'mark',
      productionServerDnsSuffix: 'widgets.corp.com',
      installer: 'D:\\Agents',
      acceptEula: true,
      thumbprint,
      authCaThumbprint: thumbprint,
      action: 'configure',
      outputFilePath: 'C:\\CertMetaData',
      dpmCredential: 'server.bin',
      psCredential: 'finance.bin',
      requestFolder: 'C:\\Requests',
      keyLength: 2048,
      submit: true,
      ca: 'ca01\\CA',
      template: 'DPM',
      trust: 'root.pem',
      minDays: 30,
      clusterName: 'Cluster01',
      node: ['Node01'],
      confirm: 'Finance01.widgets.corp.com',
      silenceSeconds: 60,
      installChain: true,
      importRoot: [thumbprint],
      ignore: ['service-wmi'],
      strict: false,
    }),
  );
});

const methods: readonly (readonly [string, readonly string[]])[] = [
  ['install-agent', []],
  ['set-dpm-server', ['--auth', 'ntlm', '--password-file', 'p.txt']],
  ['set-dpm-server', ['--auth', 'certificate']],
  ['set-credentials', []],
  ['attach', ['--auth', 'ntlm', '--password-file', 'p.txt']],
  ['attach', ['--auth', 'certificate']],
  ['update-password', ['--password-file', 'p.txt']],
  ['request-cert', []],
];

const replayOf = (result: Awaited<ReturnType<typeof dpmPrep>>): string => String(document(result).replay);

describe('the replay line', () => {
  it.each(methods)('has only flags that %s declares, and runs: %j', async (command, flags) => {
    const first = await dpmPrep([command, ...flags, '--answers', everything, '--dry-run', '--json']);
    expect(first.code, first.stdout).toBe(0);
    const replay = replayOf(first);
    const spec = commands.find(({ name }) => name === command);
    const declared = [...(spec?.parameters ?? []), ...runParameters].map((key) =>
      flagOf(key, parameterOf(key)),
    );
    const words = replay.match(/'[^']*'|\S+/g) ?? [];
    expect(words.filter((word) => word.startsWith('--') && !declared.includes(word))).toEqual([]);
    // The line itself is taken: no flag of it is refused.
    const again = await dpmPrep([
      ...words.slice(1).map((word) => word.replace(/^'(.*)'$/, '$1')),
      '--dry-run',
      '--json',
    ]);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(replayOf(again)).toBe(replay);
  });
});

describe('request-cert', () => {
  it('demotes a check that fails, by --ignore', async () => {
    const line = [
      'request-cert',
      '--rehearse',
      '--ps-name',
      'f1.x.com',
      '--fault',
      'wmi-stopped',
      '--dry-run',
      '--json',
    ];
    expect((await dpmPrep(line)).code).toBe(3);
    const ignored = await dpmPrep([...line, '--ignore', 'service-wmi']);
    expect(ignored.code, ignored.stdout).toBe(0);
  });
});
