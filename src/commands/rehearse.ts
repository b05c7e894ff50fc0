import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { judgeValue } from '../answers/gather.js';
import type { Answer, Answers, ParameterKey } from '../answers/parameters.js';
import { unattendedPassword } from '../answers/password.js';
import { handoverFileName } from '../dpm/handover.js';
import { hostLabel } from '../dpm/names.js';
import { exitCode } from '../exit-code.js';
import { openWorld, type World } from '../rehearsal/world.js';
import { report, type Report } from '../run/report.js';
import { sideName, type Side } from '../steps/step.js';
import { printReport } from '../show/report-text.js';
import type { CommandContext, CommandModule } from './command.js';
import { commands } from './index.js';

const dataSchema = z.object({
  world: z.string().describe('folder of the practice pair; give it to --world to go on with it'),
  acts: z.array(
    z.object({
      side: z.enum(['protected-computer', 'dpm-server']),
      computer: z.string().nullable(),
      command: z.string(),
      exitCode: z.number(),
      changed: z.boolean(),
      steps: z.array(z.object({ command: z.string(), state: z.string(), verified: z.string().nullable() })),
    }),
  ),
});

type Data = z.infer<typeof dataSchema>;

/** One command of the rehearsal, on one of the two computers. */
interface Act {
  readonly side: Side;
  readonly command: string;
  readonly answers: Answers;
}

const valid = <K extends ParameterKey>(key: K, text: string): Answer<K> => {
  const judged = judgeValue(key, text);
  if (!judged.ok) throw new Error(`${key}: ${judged.problem}`);
  return judged.value as Answer<K>;
};

/** The page's example 1, or example 2 where a suffix is given. */
const exampleNames = (answers: Answers) => {
  const suffix = answers.productionServerDnsSuffix;
  const dpmServerName =
    answers.dpmServerName ??
    valid('dpmServerName', suffix === undefined ? 'Server01' : 'Server01.corp.contoso.com');
  const psName =
    answers.psName ??
    valid(
      'psName',
      suffix !== undefined
        ? `Finance01.${suffix}`
        : dpmServerName.form === 'netbios'
          ? 'Finance01'
          : 'Finance01.widgets.corp.com',
    );
  return { dpmServerName, psName, userName: answers.userName ?? 'mark', suffix };
};

const ntlmActs = (answers: Answers, handoverFolder: string): readonly Act[] => {
  const { dpmServerName, psName, userName, suffix } = exampleNames(answers);
  return [
    { side: 'protected-computer', command: 'install-agent', answers: { acceptEula: true } },
    {
      side: 'protected-computer',
      command: 'set-dpm-server',
      answers: {
        auth: 'ntlm',
        dpmServerName,
        psName,
        userName,
        ...(suffix === undefined ? {} : { productionServerDnsSuffix: suffix }),
        handoverFolder,
      },
    },
    {
      side: 'dpm-server',
      command: 'attach',
      answers: { handover: `${handoverFolder}/${handoverFileName(psName.text)}` },
    },
  ];
};

const goesOn: ReadonlySet<number> = new Set([
  exitCode.done,
  exitCode.otherMachineNext,
  exitCode.restartRequired,
]);

/** A password that every policy takes. It protects nothing: it is for a practice account. */
const practicePassword = (): string => `Practice-${randomBytes(9).toString('base64url')}1!`;

const play = async (context: CommandContext, world: World, act: Act, password: string): Promise<Report> => {
  const spec = commands.find(({ name }) => name === act.command);
  if (!spec) throw new Error(`There is no command ${act.command}.`);
  const { color, marks } = context.screen.progress;
  context.screen.note('');
  context.screen.note(
    color.bold.underline(`${marks.bullet} On ${sideName[act.side]}: dpm-prep ${act.command}`),
  );
  const module = await spec.load();
  const { silenceSeconds, verbose } = context.answers;
  return module.run({
    ...context,
    spec,
    positional: [],
    prompter: null,
    environment: { DPM_PREP_PASSWORD: password },
    answers: {
      ...act.answers,
      rehearse: true,
      world: world.folder,
      on: act.side,
      yes: true,
      ...(silenceSeconds === undefined ? {} : { silenceSeconds }),
      ...(verbose === undefined ? {} : { verbose }),
    },
  });
};

const run: CommandModule['run'] = async (context) => {
  const { answers, environment, spec } = context;
  const { dpmServerName, psName } = exampleNames(answers);
  const world = await openWorld({
    ...(answers.world === undefined ? {} : { folder: answers.world }),
    dpmServer: dpmServerName.text,
    computers: [psName.text],
  });
  const password = unattendedPassword(answers, environment)?.reveal() ?? practicePassword();
  const acts = ntlmActs(answers, world.exchangeFolder);
  const played: Data['acts'][number][] = [];
  let last: Report | null = null;
  for (const act of acts) {
    last = await play(context, world, act, password);
    played.push({
      side: act.side,
      computer: last.computer,
      command: `dpm-prep ${act.command}`,
      exitCode: last.exitCode,
      changed: last.changed,
      steps: last.steps.map((step) => ({
        command: step.command,
        state: step.state,
        verified: step.verified?.text ?? step.found?.text ?? null,
      })),
    });
    if (!goesOn.has(last.exitCode)) break;
  }
  const failed = last !== null && !goesOn.has(last.exitCode) ? last : null;
  const changed = played.some((act) => act.changed);
  const data: Data = { world: world.folder, acts: played };
  return report({
    command: spec.name,
    rehearsal: true,
    computer: `practice pair ${hostLabel(psName.text)} and ${hostLabel(dpmServerName.text)}`,
    exitCode: failed?.exitCode ?? exitCode.done,
    ...(failed === null && !changed ? { outcome: 'nothing-to-do' } : {}),
    changed,
    findings: failed?.findings ?? [],
    problem: failed?.problem ?? null,
    data,
  });
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
    const lines = parsed.data.acts.flatMap((act) => [
      color.bold(act.computer ?? sideName[act.side]),
      ...act.steps.flatMap((step) => [
        `  ${step.state === 'done' || step.state === 'already-done' || step.state === 'done-unverified' ? color.green(marks.done) : color.red(marks.fail)} ${color.cyan(step.command)}`,
        ...(step.verified === null
          ? []
          : [color.dim(`    ${step.state === 'already-done' ? 'done already: ' : ''}${step.verified}`)]),
      ]),
    ]);
    const end = result.problem
      ? []
      : [
          '',
          color.bold(
            result.changed
              ? 'The whole procedure was rehearsed; every step was verified.'
              : 'Nothing to do: on this practice pair everything is done already.',
          ),
          `Again on the same pair: dpm-prep rehearse --world ${parsed.data.world}`,
        ];
    printReport(result, screen, ['', ...lines, ...end]);
  },
} satisfies CommandModule;
