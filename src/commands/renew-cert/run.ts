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
        'The subject or the root differs, so DPM does not accept it as the successor (IDs 33323 to 33326). Import it with import-cert, then configure certificates again:',
        `1. To write a new .bin, run on ${psOrServer}: dpm-prep set-credentials --action configure`,
        '2. Copy the new .bin to EVERY computer that it protects by certificate, and run there: dpm-prep set-dpm-server --auth certificate',
        '3. For each of them, run here: dpm-prep attach --handover <computer>.handover.json',
      ]
    : [
        'The subject or the root differs, so DPM does not accept it as the successor (IDs 33323 to 33326). Import it with import-cert, then configure this computer again:',
        `1. Run on ${psOrServer}: dpm-prep set-dpm-server --auth certificate`,
        '2. Run on its DPM server, with the new handover file: dpm-prep attach --handover <computer>.handover.json',
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
          'Subject and root are the same, so the import is enough (Microsoft, IDs 33323 to 33326). Keep the old certificate until it has expired.',
          'Microsoft documents that DPM starts to use it by itself if you renew BEFORE the old one expires. This was not confirmed on a real server.',
        ];
  return { ...result, notes: [...result.notes, ...notes] };
};

export default { run } satisfies CommandModule<Keys>;
