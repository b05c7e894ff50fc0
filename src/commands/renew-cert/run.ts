import { complete } from '../../answers/complete.js';
import { openStoreCertificate } from '../../certificate/index.js';
import { checkProblem, usageProblem } from '../../problem.js';
import type { Report } from '../../run/report.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts } from '../../application/facts.js';
import { importFile } from '../../application/import-certificate.js';
import { requiredMachineFor } from '../../application/machine.js';
import { configuredThumbprint } from '../../application/past-runs.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const wholeWay = (role: string, psOrServer: string): readonly string[] =>
  role === 'dpm-server'
    ? [
        'Subject or root differ, so DPM will not know it as the successor (33323 to 33326). Import it (import-cert), then the whole way again:',
        `on ${psOrServer}: dpm-prep set-credentials --action configure, which makes a new .bin;`,
        'on EVERY computer that it protects by certificate: dpm-prep set-dpm-server --auth certificate with the new .bin;',
        'here, for each of them: dpm-prep attach --handover <computer>.handover.json',
      ]
    : [
        'Subject or root differ, so DPM will not know it as the successor (33323 to 33326). Import it (import-cert), then the whole way again for this computer:',
        `on ${psOrServer}: dpm-prep set-dpm-server --auth certificate;`,
        'on its DPM server: dpm-prep attach with the new handover file.',
      ];

const run: CommandModule<Keys>['run'] = async (context): Promise<Report> => {
  const [path] = context.positional;
  if (path === undefined)
    throw usageProblem(
      'renew-cert needs the new certificate: a .pfx file with its private key.',
      'Run: dpm-prep renew-cert <new.pfx> --thumbprint <of the old certificate>',
      'If you do not have the new certificate yet, request it on this computer: dpm-prep request-cert',
    );
  const machine = await requiredMachineFor(context, 'protected-computer');
  const suggestion = configuredThumbprint(context, machine);
  const known =
    context.answers.thumbprint === undefined && suggestion !== undefined && context.prompter === null
      ? { ...context.answers, thumbprint: suggestion }
      : context.answers;
  const answers = await complete(
    known,
    [{ key: 'thumbprint', ...(suggestion === undefined ? {} : { suggestion }) }],
    context.prompter,
  );
  const { certificates } = await machine.ask('certificates', {
    stores: ['LocalMachine\\My'],
    thumbprint: answers.thumbprint,
  });
  const [old] = certificates;
  if (old === undefined) {
    throw checkProblem(
      `LocalMachine\\My does not hold the old certificate ${answers.thumbprint}. Nothing was changed.`,
      'Give the thumbprint that DPM uses now, with --thumbprint.',
    );
  }
  const result = await importFile({ ...context, answers }, machine, machine.files.absolute(path), {
    replaces: openStoreCertificate(old),
  });
  const { installation, computer } = await computerFacts(machine);
  const renewal = result.findings.find(({ id }) => id === 'renewal');
  const notes =
    renewal?.status === 'fail'
      ? wholeWay(installation.role, computer.netbiosName)
      : [
          'Same subject and same root: importing it is enough (Microsoft on 33323 to 33326); nothing is configured again. Keep the old one until it has expired.',
          'That DPM takes it up by itself is documented for a renewal BEFORE the old one expires; not confirmed on a real server.',
        ];
  return { ...result, notes: [...result.notes, ...notes] };
};

export default { run } satisfies CommandModule<Keys>;
