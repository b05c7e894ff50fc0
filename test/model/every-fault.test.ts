import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { reportSchema } from '../../src/run/report-schema.js';
import { fastFolder } from './support/fast-folder.js';
import {
  carry,
  computers,
  copyWorld,
  makeTemplates,
  onPractice,
  passwords,
  pfxPassword,
  server,
  setFaults,
  users,
  well,
  words,
  type Templates,
} from './support/pair.js';
import { restartComputer } from '../../src/rehearsal/restart.js';
import { misbehaviours, type FaultyTool } from '../../src/rehearsal/faults.js';

/*
 * Each command that changes something, with each fault of its tools and with the faults of a computer that concern it. The
 * files in every-fault/ are what a person reads then; read the difference before you accept it (vitest --update).
 * In this process: the programs that run as child processes are in test/commands.
 */

type Report = z.infer<typeof reportSchema>;

const [finance] = computers;
const folder = fastFolder('faults');
const named = (stage: string): string => join(folder, stage);
let templates: Templates;

const copied = (from: string, to: string): string => {
  cpSync(named(from), named(to), { recursive: true });
  return named(to);
};

beforeAll(async () => {
  templates = await makeTemplates(folder);
  const { issued } = templates;
  const account = copied('common', 'set-by-account');
  await well(onPractice(account, finance, words.setByAccount(finance, users[finance]), passwords[0]));
  carry(account, finance, server, finance);
  const started = copied('new', 'server-certificate');
  await well(onPractice(started, server, words.importCertificate(server, 0), pfxPassword));
  const told = copied('common', 'credentials-told');
  await well(onPractice(told, server, words.setCredentials(finance, issued, 0)));
  carry(told, server, finance, finance);
  await well(onPractice(told, finance, words.importCertificate(finance, 0), pfxPassword));
  const certificate = copied('credentials-told', 'set-by-certificate');
  await well(onPractice(certificate, finance, words.setByCertificate(finance, issued, 0)));
  carry(certificate, finance, server, finance);
  const changed = copied('by-account', 'password-changed');
  await well(onPractice(changed, finance, ['update-password', '--dpm-server-name', server], passwords[1]));
  const removed = copied('by-account', 'removed');
  await well(onPractice(removed, server, ['remove', '--ps-name', finance, '--confirm', finance]));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Scenario {
  readonly command: string;
  readonly from: string;
  readonly on: string;
  readonly words: () => readonly string[];
  readonly password?: string;
  readonly tools: readonly FaultyTool[];
  /** The computer is restarted before the command runs again. */
  readonly restarts?: true;
  readonly faults: readonly string[];
}

const scenarios: readonly Scenario[] = [
  {
    command: 'install-agent',
    from: 'new',
    on: finance,
    words: words.installAgent,
    tools: ['installer'],
    faults: [
      'not-elevated',
      'restart-pending',
      'missing-vcpp',
      'missing-dotnet',
      'no-installer',
      'other-agent-version',
      'installer-service-disabled',
      'fat-volume',
      'disk-full',
      'old-windows',
      'read-only-domain-controller',
      'firewall-rules-missing',
    ],
  },
  {
    command: 'install-agent, again',
    from: 'by-account',
    on: finance,
    words: words.installAgent,
    tools: [],
    faults: [
      'agent-update',
      'update-forgets',
      'agent-update-restarts',
      'agent-update-reattach',
      'other-agent-version',
    ],
  },
  {
    command: 'set-dpm-server, NTLM',
    from: 'common',
    on: finance,
    words: () => words.setByAccount(finance, users[finance]),
    password: passwords[0],
    tools: ['set-dpm-server'],
    faults: [
      'not-elevated',
      'user-exists',
      'force-guest',
      'ntlm-restricted',
      'other-dpm-server',
      'agent-configuration-missing',
      'firewall-rules-missing',
    ],
  },
  {
    command: 'attach, NTLM',
    from: 'set-by-account',
    on: server,
    words: () => words.attachHandover(finance),
    password: passwords[0],
    tools: ['attach', 'refresh'],
    faults: [`unreachable@${finance}`, `refused@${finance}`, 'scripts-missing', 'module-missing'],
  },
  {
    command: 'attach, NTLM, another password',
    from: 'set-by-account',
    on: server,
    words: () => words.attachHandover(finance),
    password: passwords[1],
    tools: [],
    faults: [],
  },
  {
    command: 'attach, again',
    from: 'by-account',
    on: server,
    words: () => words.attachHandover(finance),
    password: passwords[0],
    tools: [],
    faults: [],
  },
  {
    command: 'import-cert',
    from: 'common',
    on: finance,
    words: () => words.importCertificate(finance, 0),
    password: pfxPassword,
    tools: ['import-pfx'],
    faults: ['not-elevated'],
  },
  {
    command: 'set-credentials',
    from: 'server-certificate',
    on: server,
    words: () => words.setCredentials(finance, templates.issued, 0),
    tools: ['set-credentials'],
    faults: ['module-missing', 'cpwrapper-stopped'],
  },
  {
    command: 'set-dpm-server, certificate',
    from: 'credentials-told',
    on: finance,
    words: () => words.setByCertificate(finance, templates.issued, 0),
    tools: ['set-dpm-server'],
    faults: ['cpwrapper-stopped', 'other-dpm-server', 'agent-configuration-missing'],
  },
  {
    command: 'attach, certificate',
    from: 'set-by-certificate',
    on: server,
    words: () => words.attachHandover(finance),
    tools: ['attach-certificate', 'refresh'],
    faults: [
      'scripts-missing',
      `unreachable@${finance}`,
      `port-6076-blocked@${finance}`,
      `cpwrapper-stopped@${finance}`,
    ],
  },
  {
    command: 'request-cert',
    from: 'common',
    on: finance,
    words: () => [
      'request-cert',
      '--submit',
      '--ca',
      'CA01.contoso.com\\Contoso Issuing CA',
      '--ps-name',
      finance,
      '--request-folder',
      'C:\\Request',
    ],
    tools: ['certreq'],
    faults: ['ca-approval', 'root-untrusted'],
  },
  {
    command: 'update-password, on the computer',
    from: 'by-account',
    on: finance,
    words: () => ['update-password', '--dpm-server-name', server],
    password: passwords[1],
    tools: ['set-dpm-server'],
    faults: ['not-elevated'],
  },
  {
    command: 'update-password, on the DPM server',
    from: 'password-changed',
    on: server,
    words: () => ['update-password', '--dpm-server-name', server, '--ps-name', finance],
    password: passwords[1],
    tools: ['update-info', 'refresh'],
    faults: [`unreachable@${finance}`],
  },
  {
    command: 'remove, on the DPM server',
    from: 'by-account',
    on: server,
    words: () => ['remove', '--ps-name', finance, '--confirm', finance],
    tools: ['remove'],
    faults: [`data-sources-protected@${finance}`, 'scripts-missing', 'module-missing'],
  },
  {
    command: 'remove, on the computer',
    from: 'removed',
    on: finance,
    words: () => ['remove', '--confirm', finance],
    tools: ['uninstall', 'delete-agent-folder'],
    restarts: true,
    faults: ['not-elevated', 'restart-pending'],
  },
];

/** What floods is in the torture suite; what is slow costs time only; nothing stops an installer that hangs. */
const waysOf = (tool: FaultyTool): readonly string[] =>
  Object.keys(misbehaviours).filter(
    (way) =>
      !['floods', 'slow', ...(tool === 'installer' || tool === 'uninstall' ? ['hangs'] : [])].includes(way),
  );

/** Without what differs from run to run: folders, dates, thumbprints, hashes and durations. */
const steady = (text: string, world: string): string => {
  const { issued } = templates;
  return Object.entries(issued)
    .flatMap(([computer, all]) => all.map((thumbprint, index) => ({ computer, thumbprint, index })))
    .reduce(
      (rest, { computer, thumbprint, index }) =>
        rest.replaceAll(new RegExp(thumbprint, 'gi'), `<certificate ${String(index + 1)} of ${computer}>`),
      text.replaceAll(world, '<world>').replaceAll(folder, '<folder>'),
    )
    .replaceAll(/\b(?:[0-9A-Fa-f]{40}|[0-9a-f]{64}|[0-9a-f]{16})\b/g, '<hash>')
    .replaceAll(/\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z|[ ]\d\d:\d\d(?::\d\d)?)?/g, '<date>')
    .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s|seconds|minutes)\b/g, '<time>');
};

const findings = ({ findings: all }: Report): readonly string[] =>
  all
    .filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
    .map(({ id, status, found, required, fix = [] }) =>
      [
        `  ${status} ${id}: ${found}`,
        `    required: ${required}`,
        ...fix.map((line) => `    fix: ${line}`),
      ].join('\n'),
    );

const told = (code: number, report: Report): string =>
  [
    `exit ${String(code)}, ${report.outcome}${report.changed ? ', changed' : ''}${report.restartRequired ? ', restart' : ''}`,
    ...findings(report),
    ...report.steps.map(({ id, state, found, did, verified, changed, restartRequired, fix }) =>
      [
        `  ${id}: ${state}${changed ? ', changed' : ''}${restartRequired ? ', restart' : ''}`,
        ...(found === null ? [] : [`    before: ${found.state}: ${found.text}`]),
        ...(did === null
          ? []
          : [
              `    tool: ${did.ending}, exit code ${String(did.exitCode)}${did.error === null ? '' : `: ${did.error}`}`,
            ]),
        ...(verified === null ? [] : [`    after: ${verified.state}: ${verified.text}`]),
        ...fix.map((line) => `    fix: ${line}`),
      ].join('\n'),
    ),
    ...(report.problem === null
      ? []
      : [
          `  problem: ${report.problem.what} (${report.problem.dpmErrors.join(', ')})`,
          ...report.problem.fix.map((line) => `    fix: ${line}`),
        ]),
    ...report.notes.map((note) => `  note: ${note}`),
    ...(report.next === null
      ? []
      : [
          `  next, ${report.next.side}, ${String(report.next.computer)}: ${report.next.command}`,
          `    ${report.next.documentedCommand}`,
          ...report.next.instructions.map((line) => `    ${line}`),
        ]),
  ].join('\n');

const played = async (world: string, { on, words: given, password }: Scenario): Promise<string> => {
  const { code, stdout, stderr } = await onPractice(world, on, given(), password);
  try {
    return steady(told(code, JSON.parse(stdout) as Report), world);
  } catch (error) {
    throw new Error(`exit ${String(code)}\n${stdout}\n${stderr}`, { cause: error });
  }
};

describe.each(scenarios)('$command', (scenario) => {
  const { command, tools, faults, from } = scenario;
  const all = ['nothing', ...tools.flatMap((tool) => waysOf(tool).map((way) => `${tool}:${way}`)), ...faults];
  const file = command.replaceAll(', ', '--').replaceAll(' ', '-');
  it.each(all)('with %s', async (fault) => {
    const world = copyWorld(named(from), named('now'));
    if (fault !== 'nothing') setFaults(world, [fault]);
    const first = await played(world, scenario);
    if (scenario.restarts) await restartComputer(world, scenario.on);
    const then = scenario.restarts ? await played(world, scenario) : null;
    setFaults(world, []);
    const again = await played(world, scenario);
    const restarted = then === null ? '' : `\nThe same command again, after a restart:\n${then}\n`;
    await expect(
      `${first}\n${restarted}\nThe same command again, without the fault:\n${again}\n`,
    ).toMatchFileSnapshot(`every-fault/${file}/${fault.replaceAll(':', '--').replaceAll('@', '-of-')}.txt`);
  });
});
