import { complete } from '../../answers/complete.js';
import type { CertificateRequest, RequestFiles } from '../../dpm/certificate-request.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem } from '../../problem.js';
import type { Side } from '../../steps/step.js';
import {
  acceptedThumbprint,
  certreqSteps,
  infSaysTheSame,
  requestNotes,
  writeRequestInf,
} from '../../steps/request-certificate.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts } from '../../application/facts.js';
import { machineFor } from '../../application/machine.js';
import { runProcedure, unattendedNeeds } from '../../application/procedure.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const defaultKeyLength = 2048;

const filesIn = (machine: Machine | null, folder: string, fqdn: string): RequestFiles => {
  const at = (name: string): string => machine?.files.join(folder, name) ?? `${folder}\\${name}`;
  return {
    inf: at(`${fqdn}.inf`),
    request: at(`${fqdn}.req`),
    certificate: at(`${fqdn}.cer`),
    chain: at(`${fqdn}.p7b`),
  };
};

/** A request that was made from another description is never taken for this one. */
const refuseLeftovers = async (
  machine: Machine,
  request: CertificateRequest,
  files: RequestFiles,
): Promise<void> => {
  if ((await machine.files.stat(files.request)) === null) return;
  if ((await infSaysTheSame(machine, request, files)) === true) return;
  throw usageProblem(
    `${files.request} already exists and was made from a different description of the request.`,
    'Choose another folder with --request-folder, or move that request and its certificate to another place.',
  );
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await machineFor(context, 'protected-computer');
  const facts = machine ? await computerFacts(machine) : null;
  const side: Side = facts?.installation.role === 'dpm-server' ? 'dpm-server' : 'protected-computer';
  const own = facts?.computer.fqdn ?? undefined;
  const { prompter } = context;
  // The certificate is this computer's: on the DPM server its name is the DPM server's.
  const nameKey = side === 'dpm-server' ? ('dpmServerName' as const) : ('psName' as const);
  const given: (typeof context)['answers'] =
    side === 'dpm-server' &&
    context.answers.dpmServerName === undefined &&
    context.answers.psName !== undefined
      ? { ...context.answers, dpmServerName: context.answers.psName }
      : context.answers;
  const known: (typeof context)['answers'] =
    given[nameKey] === undefined && own !== undefined && prompter === null
      ? { ...given, [nameKey]: { text: own, form: 'fqdn' as const } }
      : given;
  const answers = await complete(
    known,
    [
      { key: nameKey, ...(own === undefined ? {} : { suggestion: own }) },
      // Without -config certreq opens a window in which a CA is to be chosen: nothing for a script or Server Core.
      ...(context.answers.submit === true
        ? [{ key: 'ca', suggestion: machine?.practiceAuthority } as const]
        : []),
    ],
    prompter,
    unattendedNeeds(context),
  );
  const completed: (typeof context)['answers'] = answers;
  const fqdn = completed[nameKey]?.text ?? '';
  const folder = answers.requestFolder ?? machine?.files.absolute('.') ?? '.';
  const files = filesIn(machine, folder, fqdn);
  const request = {
    fqdn,
    keyLength: answers.keyLength ?? defaultKeyLength,
    template: answers.template ?? null,
  };
  const submit = answers.submit === true;
  if (machine) await refuseLeftovers(machine, request, files);
  // Asked for only where it is submitted here, but shown wherever it was given.
  const submission = { ca: completed.ca ?? null, template: request.template };
  const windows = facts?.computer.systemDirectory ?? 'C:\\Windows\\System32';
  const certreq = certreqSteps({ side, files, certreq: `${windows}\\certreq.exe`, submission });
  return runProcedure(context, {
    plan: {
      procedure: 'request-certificate',
      side,
      title: `Request a certificate for ${fqdn}`,
      steps: [writeRequestInf(side, request, files), ...(submit ? certreq : [])],
      notes: [],
    },
    machine,
    answers,
    findings: [],
    next: () => null,
    notes: (earlier) =>
      submit
        ? [`Check it: dpm-prep check-cert --thumbprint ${acceptedThumbprint(earlier) ?? '<hex>'}`]
        : requestNotes(certreq, machine),
  });
};

export default { run } satisfies CommandModule<Keys>;
