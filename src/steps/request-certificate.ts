import { X509Certificate } from 'node:crypto';
import {
  certificateRequestInf,
  certreqArguments,
  type CertificateRequest,
  type RequestFiles,
  type SubmitOptions,
} from '../dpm/certificate-request.js';
import { page } from '../dpm/source.js';
import { openTrust } from '../certificate/index.js';
import { documentedLine } from '../machine/command.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import type { EarlierFacts, Side, Step } from './step.js';
import { judgeStored, stored } from './stored-certificate.js';

const acceptId = 'certreq-accept';

const section = page('Configure a certificate on the protected computer');

const exists =
  (path: string): Step['probe'] =>
  async (machine) =>
    (await machine.files.stat(path))?.kind === 'file'
      ? { state: 'done', found: `${path} exists.` }
      : { state: 'not-done', found: `${path} does not exist yet.` };

const written =
  (path: string): Step['verify'] =>
  async (machine) =>
    (await machine.files.stat(path))?.kind === 'file'
      ? { state: 'verified', found: `${path} was written.` }
      : { state: 'not-verified', found: `${path} was not written` };

const maxInfBytes = 64 * 1024;

/** Whether the description of the request is there and says exactly this; null: there is none. */
export const infSaysTheSame = async (
  machine: Machine,
  request: CertificateRequest,
  files: RequestFiles,
): Promise<boolean | null> => {
  const entry = await machine.files.stat(files.inf);
  if (entry?.kind !== 'file') return null;
  return (
    (await machine.files.read(files.inf, maxInfBytes)).toString('utf8') === certificateRequestInf(request)
  );
};

export const writeRequestInf = (side: Side, request: CertificateRequest, files: RequestFiles): Step => ({
  id: 'write-request-inf',
  title: 'Write the description of the certificate request',
  side,
  source: section,
  probe: async (machine) => {
    const same = await infSaysTheSame(machine, request, files);
    if (same === null) return { state: 'not-done', found: `${files.inf} does not exist yet.` };
    return same
      ? { state: 'done', found: `${files.inf} already exists with this content.` }
      : { state: 'not-done', found: `${files.inf} has different content. This run replaces it.` };
  },
  command: () => ({ kind: 'write-file', path: files.inf, content: certificateRequestInf(request) }),
  verify: written(files.inf),
});

const maxCertificateBytes = 256 * 1024;

/** What the issued file holds; null while it is not there or is not a certificate. */
const thumbprintOf = async (machine: Machine, path: string): Promise<string | null> => {
  if ((await machine.files.stat(path))?.kind !== 'file') return null;
  try {
    const certificate = new X509Certificate(await machine.files.read(path, maxCertificateBytes));
    return certificate.fingerprint.replaceAll(':', '');
  } catch {
    return null;
  }
};

export interface CertreqInput {
  readonly side: Side;
  readonly files: RequestFiles;
  /** Absolute path of certreq.exe. */
  readonly certreq: string;
  readonly submission: SubmitOptions;
}

/** The number that the CA gave the request, as certreq prints it; null where it printed none. */
const requestIdIn = (output: readonly string[]): string | null =>
  /RequestId:\s*"?(\d+)/i.exec(output.join('\n'))?.[1] ?? null;

/** What to do where the CA issued nothing yet. */
const approvalFix = (files: RequestFiles, ca: string | null, id: string | null): readonly string[] => [
  id === null
    ? 'If the CA must approve the request first: wait for the approval. The CA shows the request ID under Pending Requests.'
    : `The CA must approve request ${id} first. Wait for the approval.`,
  `Then fetch the certificate: ${documentedLine({
    kind: 'program',
    tool: 'certreq',
    arguments: certreqArguments.retrieve(files, ca, id ?? '<request ID>'),
  })}`,
  'Then continue with the certificate: dpm-prep again',
];

/** Refuses to accept a certificate whose root this computer does not trust: certreq would fail with 0x800B0109. */
const refuseUntrustedRoot = async (machine: Machine, files: RequestFiles): Promise<void> => {
  if ((await machine.files.stat(files.chain))?.kind !== 'file') return;
  let roots: readonly { readonly thumbprint: string; readonly subject: string }[];
  try {
    const bytes = await machine.files.read(files.chain, maxCertificateBytes);
    roots = openTrust({ name: files.chain, bytes, passwords: [] }).flatMap(({ facts }) =>
      facts.subject.comparable === facts.issuer.comparable
        ? [{ thumbprint: facts.thumbprint, subject: facts.subject.text }]
        : [],
    );
  } catch {
    // What the CA wrote there cannot be read: certreq judges it.
    return;
  }
  const { present } = await machine.ask('ca-certificates', {
    thumbprints: roots.map(({ thumbprint }) => thumbprint),
  });
  const trusted = new Set(
    present.flatMap(({ thumbprint, store }) => (store === 'LocalMachine\\Root' ? [thumbprint] : [])),
  );
  const missing = roots.find(({ thumbprint }) => !trusted.has(thumbprint));
  if (missing === undefined) return;
  throw checkProblem(
    `This computer does not trust the root ${missing.subject} (${missing.thumbprint}). certreq -accept would fail with 0x800B0109 (CERT_E_UNTRUSTEDROOT). The certificate was not accepted.`,
    'Get the root certificate from the administrator of the CA, and compare its thumbprint.',
    'Import it in an elevated prompt: certutil -addstore Root ROOT.cer',
    'Then continue with the certificate: dpm-prep again',
  );
};

/** A CA was named for the submission. */
const submitsTo = (certreq: readonly Step[]): boolean =>
  certreq.some((step) => documentedLine(step.command({})).includes(' -config '));

/** What the person does after the request was written and not submitted. */
export const requestNotes = (
  certreq: readonly Step[],
  machine: Pick<Machine, 'practiceAuthority'> | null,
): readonly string[] => {
  const ca = machine?.practiceAuthority;
  return ca !== undefined
    ? [
        // Certreq of the real computer would put a certificate of the practice pair into its store.
        'On a real computer, the three certreq commands stand here. The practice computer has its own certreq, which only dpm-prep can run.',
        `The practice CA is called ${ca}. To submit the request to it: dpm-prep again --submit${submitsTo(certreq) ? '' : ` --ca '${ca}'`}`,
      ]
    : [
        'Run these three commands in an elevated prompt on this computer:',
        ...certreq.map((step) => documentedLine(step.command({}))),
        'Or let dpm-prep run them: dpm-prep again --submit',
        'The CA must use a template of the level "Windows Server 2003 Enterprise" (duplicate of RAS and IAS Server): a later level yields CNG keys, which DPM does not support.',
      ];
};

/** The certificate that the last step accepted. */
export const acceptedThumbprint = (facts: EarlierFacts): string | null => {
  const thumbprint = facts[acceptId]?.thumbprint;
  return typeof thumbprint === 'string' ? thumbprint : null;
};

/** The three certreq runs. What each leaves behind tells whether it is done. */
export const certreqSteps = ({ side, files, certreq, submission }: CertreqInput): readonly Step[] => {
  const program = { kind: 'program', tool: 'certreq.exe', path: certreq } as const;
  return [
    {
      id: 'certreq-new',
      title: 'Make the key and the request',
      side,
      source: section,
      probe: exists(files.request),
      command: () => ({ ...program, arguments: certreqArguments.new(files) }),
      verify: written(files.request),
    },
    {
      id: 'certreq-submit',
      title: 'Submit the request to the CA',
      side,
      source: section,
      probe: exists(files.certificate),
      command: () => ({ ...program, arguments: certreqArguments.submit(files, submission) }),
      verify: async (machine, context) => {
        const verification = await written(files.certificate)(machine, context);
        if (verification.state === 'verified') return verification;
        const id = requestIdIn(context.result.output);
        // With its number the CA has the request, and certreq had nothing to complain about.
        return { ...verification, fix: approvalFix(files, submission.ca, id), explained: id !== null };
      },
    },
    {
      id: acceptId,
      title: 'Bring certificate and key together in LocalMachine\\My',
      side,
      source: section,
      probe: async (machine) => {
        const thumbprint = await thumbprintOf(machine, files.certificate);
        if (thumbprint === null)
          return {
            state: 'not-done',
            found: `${files.certificate} does not exist yet, or is not a certificate.`,
          };
        await refuseUntrustedRoot(machine, files);
        const state = judgeStored(thumbprint, await stored(machine, thumbprint));
        return state.state === 'verified'
          ? { ...state, state: 'done' }
          : { state: 'not-done', found: `${state.found}.` };
      },
      command: () => ({ ...program, arguments: certreqArguments.accept(files) }),
      verify: async (machine) => {
        const thumbprint = await thumbprintOf(machine, files.certificate);
        return thumbprint === null
          ? { state: 'not-verified', found: `${files.certificate} is not a certificate` }
          : judgeStored(thumbprint, await stored(machine, thumbprint));
      },
    },
  ];
};
