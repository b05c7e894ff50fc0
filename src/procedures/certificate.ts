import type { SetDpmCredentials } from '../dpm/command-lines.js';
import { faultyExamplesOf, type FaultyExample } from '../dpm/faulty-examples.js';
import type { Handover } from '../dpm/handover.js';
import { attachCertificate, type AttachCertificateInput } from '../steps/attach-certificate.js';
import { credentialFileOf } from '../steps/credential-files.js';
import { installAgent } from '../steps/install-agent.js';
import { makeFolder } from '../steps/make-folder.js';
import { setDpmCredentials, setDpmCredentialsId } from '../steps/set-dpm-credentials.js';
import { setDpmServerCertificate, setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';
import type { EarlierFacts } from '../steps/step.js';
import { writeHandover } from '../steps/write-handover.js';
import type { Plan } from './plan.js';

/** What of the page's lines was fixed, so that nobody wonders why they differ. */
export const mendedNotes = (...tools: readonly string[]): readonly string[] =>
  tools
    .flatMap((tool) => faultyExamplesOf(tool))
    .map(
      (example: FaultyExample) =>
        `The page prints ${example.printed}: ${example.fault} Used instead: ${example.instead}.`,
    );

const emptyHandover = {
  kind: 'dpm-prep handover',
  schemaVersion: 1,
  method: 'certificate',
  userName: null,
  productionServerDnsSuffix: null,
} as const;

const madeBy = (earlier: EarlierFacts, stepId: string): Handover['dpmServerCredential'] => {
  const file = credentialFileOf(earlier[stepId]);
  return file ? { name: file.name, sha256: file.sha256 } : null;
};

export interface SetCredentialsInput {
  readonly credentials: SetDpmCredentials;
  /** The computers that are to be protected: one handover file for each. */
  readonly psNames: readonly string[];
  readonly handoverFolder: string;
  readonly rehearsal: boolean;
}

/** "Configure a certificate on the DPM server", step 5 to 7. */
export const setCredentialsPlan = ({
  credentials,
  psNames,
  handoverFolder,
  rehearsal,
}: SetCredentialsInput): Plan => ({
  procedure: 'set-credentials',
  side: 'dpm-server',
  title: `${credentials.action === 'Configure' ? 'Configure' : 'Regenerate'} the credentials of ${credentials.dpmServerName}`,
  steps: [
    makeFolder('dpm-server', credentials.outputFilePath),
    setDpmCredentials(credentials),
    ...psNames.map((psName) =>
      writeHandover({
        side: 'dpm-server',
        folder: handoverFolder,
        handover: (earlier) => ({
          ...emptyHandover,
          rehearsal,
          writtenBy: 'dpm-server',
          dpmServerName: credentials.dpmServerName,
          psName,
          thumbprint: null,
          dpmServerCredential: madeBy(earlier, setDpmCredentialsId),
          protectedComputerCredential: null,
        }),
      }),
    ),
  ],
  notes: mendedNotes('Set-DPMCredentials'),
});

export interface CertificateProtectedInput {
  readonly dpmServerName: string;
  readonly psName: string;
  readonly binFolder: string;
  /** Null: the agent is there already. */
  readonly installer: string | null;
  /** The DPM server's .bin, absolute, and its hash where it could be read. */
  readonly dpmCredential: { readonly path: string; readonly name: string; readonly sha256: string | null };
  readonly outputFilePath: string;
  readonly thumbprint: string;
  readonly handoverFolder: string;
  readonly rehearsal: boolean;
  /** The DPM server for which this agent was configured by NTLM before; null: nothing shows that it was. */
  readonly onceNtlmFor: string | null;
}

/** "Configure a certificate on the protected computer", step 5 and 6. */
export const certificateProtectedPlan = (input: CertificateProtectedInput): Plan => ({
  procedure: 'certificate',
  side: 'protected-computer',
  title: `Prepare ${input.psName} for backup by ${input.dpmServerName} (certificate)`,
  steps: [
    ...(input.installer === null ? [] : [installAgent({ installer: input.installer })]),
    makeFolder('protected-computer', input.outputFilePath),
    setDpmServerCertificate({
      binFolder: input.binFolder,
      dpmCredential: input.dpmCredential.path,
      outputFilePath: input.outputFilePath,
      thumbprint: input.thumbprint,
    }),
    writeHandover({
      side: 'protected-computer',
      folder: input.handoverFolder,
      handover: (earlier) => ({
        ...emptyHandover,
        rehearsal: input.rehearsal,
        writtenBy: 'protected-computer',
        dpmServerName: input.dpmServerName,
        psName: input.psName,
        thumbprint: input.thumbprint,
        dpmServerCredential:
          input.dpmCredential.sha256 === null
            ? null
            : { name: input.dpmCredential.name, sha256: input.dpmCredential.sha256 },
        protectedComputerCredential: madeBy(earlier, setDpmServerCertificateId),
      }),
    }),
  ],
  notes: [
    ...(input.onceNtlmFor === null
      ? []
      : [
          `This agent was configured by NTLM before, for ${input.onceNtlmFor}. The way from NTLM to certificates removes the computer, uninstalls the agent and deletes its folder first: dpm-prep switch-auth. Without that, cluster resources may not be found.`,
        ]),
    "The page's line for this command ends in an unclosed < before the thumbprint; the 40 digits stand alone.",
    'What the .bin of the protected computer is called is not documented: dpm-prep looks at the folder before and after.',
  ],
});

/** "Attach the computer", for one computer or for many. */
export const certificateAttachPlan = (attaches: readonly AttachCertificateInput[]): Plan => {
  const [first] = attaches;
  const what = attaches.length === 1 ? (first?.psName ?? '') : `${String(attaches.length)} computers`;
  return {
    procedure: 'certificate',
    side: 'dpm-server',
    title: `Attach ${what} to ${first?.dpmServerName ?? 'the DPM server'} (certificate)`,
    steps: attaches.map(attachCertificate),
    notes: [],
  };
};
