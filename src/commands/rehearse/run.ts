import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Answers, ParameterKey } from '../../answers/parameters.js';
import { unattendedPassword } from '../../answers/password.js';
import { flagWords, quoted } from '../../answers/replay.js';
import { hostLabel } from '../../dpm/names.js';
import type { FindingStatus } from '../../checks/check.js';
import { findingSchema } from '../../checks/finding-schema.js';
import { completeCodes, exitCode } from '../../exit-code.js';
import { Problem, usageProblem } from '../../problem.js';
import { openWorld, type World } from '../../rehearsal/world.js';
import { report, type Report } from '../../run/report.js';
import { uneasyNotes } from '../../run/step-report.js';
import { sideName } from '../../steps/step.js';
import { printReport } from '../../show/report-text.js';
import type { Screen } from '../../show/screen.js';
import { wrap } from '../../show/wrap.js';
import {
  placingOf,
  type CommandContext,
  type CommandModule,
  type KeysOf,
} from '../../application/command.js';
import { faultsOf } from '../../application/machine.js';
import { refuseUnsupportedTogether } from '../../application/scenario.js';
import { runCommand } from '../../application/run-command.js';
import { placedReport } from '../../application/where-the-reader-stands.js';
import type { Act, Carry, Rehearsal } from './act.js';
import { certificateRehearsal } from './certificate.js';
import { ntlmRehearsal } from './ntlm.js';
import { switchRehearsal } from './switch.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const shownFindingSchema = findingSchema
  .pick({ id: true, status: true, found: true })
  .extend({ fix: z.array(z.string()) });

const dataSchema = z.strictObject({
  world: z.string().describe('folder of the practice pair; give it to --world to continue with it'),
  flags: z.string().describe('what to add to "dpm-prep rehearse" for the same rehearsal'),
  faults: z.array(z.string()).describe('what --fault broke in this run'),
  faultsShown: z
    .boolean()
    .nullable()
    .describe('false: nothing in this rehearsal shows the faults; null: nothing was broken'),
  acts: z.array(
    z.strictObject({
      side: z.enum(['protected-computer', 'dpm-server']),
      computer: z.string().nullable(),
      command: z.string(),
      exitCode: z.number(),
      changed: z.boolean(),
      restartRequired: z.boolean(),
      findings: z.array(shownFindingSchema).describe('what its checks found wrong or could not check'),
      notes: z.array(z.string()).describe('its warnings and remarks'),
      toolErrors: z
        .array(z.string())
        .describe('tools that did not end as they should, although the computer shows their result'),
      steps: z.array(
        z.strictObject({ command: z.string(), state: z.string(), verified: z.string().nullable() }),
      ),
    }),
  ),
});

type Data = z.infer<typeof dataSchema>;

/** Checks that warn on a pair that is not broken: until both sides are configured, nothing uses the certificate port. */
const ordinary: ReadonlySet<string> = new Set(['firewall-rules', 'port-6076']);

/** Findings that a person must see: the others passed, or do not apply. */
const speaks: ReadonlySet<FindingStatus> = new Set(['fail', 'warn', 'could-not-check']);

/** A password that every policy takes. It protects nothing: it is for a practice account. */
const practicePassword = (): string => `Practice-${randomBytes(9).toString('base64url')}1!`;

const play = async (
  context: CommandContext<Keys>,
  world: World,
  act: Act,
  password: string,
): Promise<Report> => {
  const { color, marks } = context.screen.progress;
  context.screen.note('');
  context.screen.note(
    color.bold.underline(
      `${marks.bullet} On ${act.on === undefined ? sideName[act.side] : hostLabel(act.on)}: dpm-prep ${act.command}`,
    ),
  );
  const { silenceSeconds, verbose } = context.answers;
  return runCommand(context, act.command, {
    positional: act.positional ?? [],
    prompter: null,
    environment: { DPM_PREP_PASSWORD: act.password ?? password },
    answers: {
      ...act.answers,
      rehearse: true,
      world: world.folder,
      on: act.on ?? act.side,
      yes: true,
      ...(silenceSeconds === undefined ? {} : { silenceSeconds }),
      ...(verbose === undefined ? {} : { verbose }),
    },
  });
};

/** What stops an act before it has a report is a result of the rehearsal too. Only a cancellation by the person is thrown on. */
const playToReport = async (...given: Parameters<typeof play>): Promise<Report> => {
  const [context] = given;
  try {
    return placedReport(await play(...given), placingOf(context));
  } catch (error) {
    if (!(error instanceof Problem) || error.exitCode === exitCode.cancelled) throw error;
    const [, , { command }] = given;
    const problem = { what: error.message, fix: error.fix, dpmErrors: error.dpmErrors };
    return placedReport(
      report({ command, rehearsal: true, exitCode: error.exitCode, problem }),
      placingOf(context),
    );
  }
};

const carryFiles = (context: CommandContext<Keys>, world: World, { carry, from, to }: Carry): void => {
  const { color, marks } = context.screen.progress;
  context.screen.note('');
  context.screen.note(
    color.bold.underline(`${marks.bullet} Copied from ${sideName[from]} to ${sideName[to]}`),
  );
  for (const path of carry) {
    world.carry(path, from, to);
    context.screen.note(`  ${path}`);
  }
};

const secondaryDpmServer = 'secondary-dpm-server';

/** A pair that exists already has computers of its own. */
const refuseOtherNames = (world: World, { dpmServer, computers }: Rehearsal): void => {
  const other =
    world.sideOf(dpmServer) === 'dpm-server'
      ? computers.find((name) => world.sideOf(name) !== 'protected-computer')
      : dpmServer;
  if (other === undefined) return;
  const [server = '', ...others] = world.computers;
  const shown = others.length > 10 ? [...others.slice(0, 10), '…'] : others;
  throw usageProblem(
    `In this rehearsal ${other} is ${other === dpmServer ? 'the DPM server' : 'a protected computer'}, and the practice pair has the DPM server ${server} and the protected ${others.length === 1 ? 'computer' : 'computers'} ${shown.join(', ')}.`,
    'Rehearse on a new pair (omit --world), or name its computers with --dpm-server-name and --ps-name.',
  );
};

const rehearsalOf = (answers: Answers): Rehearsal => {
  if (answers.switch === true) return switchRehearsal(answers);
  const { workload } = answers;
  const secondary = workload?.includes(secondaryDpmServer) === true;
  if (workload !== undefined) {
    refuseUnsupportedTogether(
      workload,
      { cluster: false, environment: null },
      secondary ? (answers.auth ?? 'certificate') : (answers.auth ?? 'ntlm'),
    );
  }
  if (secondary) return certificateRehearsal(answers);
  return answers.auth === 'certificate' ? certificateRehearsal(answers) : ntlmRehearsal(answers);
};

/** What decides on the rehearsal and on its computers. */
const decisive: readonly ParameterKey[] = [
  'workload',
  'auth',
  'switch',
  'nodes',
  'dpmServerName',
  'psName',
  'userName',
  'productionServerDnsSuffix',
];

/** Flags that rehearse the same again. */
const sameAgain = (answers: Answers): string =>
  flagWords(Object.fromEntries(decisive.map((key) => [key, answers[key]]))).join(' ');

const againLine = ({ flags, world }: Data, ...more: readonly string[]): string =>
  ['dpm-prep rehearse', flags, '--world', quoted(world), ...more].filter(Boolean).join(' ');

/** What to make of the rehearsal, and how it continues. */
const remarks = (data: Data, failed: boolean, computer: string): readonly string[] => {
  const faults = data.faults.join(', ');
  if (failed) {
    return [
      data.faults.length > 0
        ? `This is what ${faults} looks like. Switch it off and continue on the same pair: ${againLine(data, '--fault none')}`
        : `Fix the problem on the practice pair, then continue: ${againLine(data)}`,
    ];
  }
  return data.faultsShown === false
    ? [
        `Nothing in this rehearsal shows ${faults}. The steps that it breaks are not part of this rehearsal or were done before, or both computers have the fault. To break only one, add its name: --fault ${data.faults[0] ?? ''}@${hostLabel(computer)}`,
        'What each fault breaks: docs/practice-faults.md.',
      ]
    : [];
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers, environment, spec } = context;
  const rehearsal = rehearsalOf(answers);
  const world = await openWorld({
    ...(await faultsOf(answers)),
    ...(answers.world === undefined ? {} : { folder: answers.world }),
    dpmServer: rehearsal.dpmServer,
    computers: rehearsal.computers,
    ...(rehearsal.cluster === null ? {} : { cluster: rehearsal.cluster }),
    ...(rehearsal.protectedDpmServer === true ? { protectedDpmServers: true } : {}),
  });
  refuseOtherNames(world, rehearsal);
  const password = unattendedPassword(answers, environment)?.reveal() ?? practicePassword();
  const played: Data['acts'][number][] = [];
  let last: Report | null = null;
  for await (const act of rehearsal.acts(world)) {
    if ('carry' in act) {
      carryFiles(context, world, act);
      continue;
    }
    last = await playToReport(context, world, act, password);
    played.push({
      side: act.side,
      computer: last.computer,
      command: `dpm-prep ${act.command}`,
      exitCode: last.exitCode,
      changed: last.changed,
      restartRequired: last.restartRequired,
      findings: last.findings.flatMap(({ id, status, found, fix }) =>
        speaks.has(status) ? [{ id, status, found, fix: [...(fix ?? [])] }] : [],
      ),
      notes: [...last.notes],
      toolErrors: [...uneasyNotes(last.steps)],
      steps: last.steps.map((step) => ({
        command: step.command,
        state: step.state,
        verified: step.verified?.text ?? step.found?.text ?? null,
      })),
    });
    if (!completeCodes.has(last.exitCode)) break;
  }
  const failed = last !== null && !completeCodes.has(last.exitCode) ? last : null;
  const changed = played.some((act) => act.changed);
  const faults = (answers.fault ?? []).filter((fault) => fault !== 'none');
  const shown =
    failed !== null ||
    played.some(
      (act) =>
        act.restartRequired || act.toolErrors.length > 0 || act.findings.some(({ id }) => !ordinary.has(id)),
    );
  const data: Data = {
    world: world.folder,
    flags: sameAgain(answers),
    faults,
    faultsShown: faults.length === 0 ? null : shown,
    acts: played,
  };
  return report({
    command: spec.name,
    rehearsal: true,
    computer: `practice computers ${[...rehearsal.computers, rehearsal.dpmServer].map(hostLabel).join(', ')}`,
    exitCode: failed?.exitCode ?? exitCode.done,
    ...(failed === null && !changed ? { outcome: 'nothing-to-do' } : {}),
    changed,
    findings: failed?.findings ?? [],
    problem: failed?.problem ?? null,
    notes: remarks(data, failed !== null, rehearsal.computers[0] ?? ''),
    data,
  });
};

const stepMark = (state: string, { result: { color, marks } }: Screen): string => {
  if (['done', 'already-done', 'done-unverified'].includes(state)) return color.green(marks.done);
  return state === 'not-reached' ? color.dim(marks.skip) : color.red(marks.fail);
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const parsed = dataSchema.safeParse(result.data);
    if (!parsed.success) {
      printReport(result, screen, []);
      return;
    }
    const { color, marks } = screen.result;
    const { acts } = parsed.data;
    const whereOf = (act: (typeof acts)[number]): string => act.computer ?? sideName[act.side];
    const lines = acts.flatMap((act, index) => {
      const before = acts[index - 1];
      return [
        // One heading for what follows on the same computer.
        ...(before !== undefined && whereOf(before) === whereOf(act) ? [] : [color.bold(whereOf(act))]),
        ...act.findings
          .filter(({ status }) => status !== 'fail')
          .map(
            ({ id, found }) =>
              `  ${color.yellow(marks.warn)} ${wrap(`${id}: ${found}`, screen.width - 4, '    ')}`,
          ),
        // Stopped before its first step: by a check, or by a problem that stands above.
        ...(act.steps.length > 0 || completeCodes.has(act.exitCode)
          ? []
          : [`  ${color.red(marks.fail)} ${color.cyan(act.command)}`, color.dim('    Not started.')]),
        ...act.steps.flatMap((step) => [
          `  ${stepMark(step.state, screen)} ${color.cyan(step.command)}`,
          ...(step.verified === null
            ? []
            : [
                color.dim(
                  `    ${wrap(`${step.state === 'already-done' ? 'done already: ' : ''}${step.verified}`, screen.width - 4, '    ')}`,
                ),
              ]),
        ]),
        ...act.toolErrors.map(
          (text) => `  ${color.yellow(marks.warn)} ${wrap(text, screen.width - 4, '    ')}`,
        ),
        ...(act.restartRequired
          ? [`  ${color.yellow(marks.warn)} Windows must be restarted on this computer.`]
          : []),
      ];
    });
    const end =
      result.exitCode !== exitCode.done
        ? result.problem
          ? []
          : ['', color.bold('A check failed: the rehearsal ended there.')]
        : [
            '',
            color.bold(
              acts.some(({ toolErrors }) => toolErrors.length > 0)
                ? 'The whole procedure was rehearsed, although a tool did not end as it should.'
                : result.changed
                  ? 'The whole procedure was rehearsed; every step was verified.'
                  : 'Nothing to do: on this practice pair everything is done already.',
            ),
            `To repeat it on the same pair: ${againLine(parsed.data)}`,
          ];
    printReport(result, screen, ['', ...lines, ...end]);
  },
} satisfies CommandModule<Keys>;
