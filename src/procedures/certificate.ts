import type { SetDpmCredentials } from '../dpm/command-lines.js';
import { handoverSchemaVersion, type Handover } from '../dpm/handover.js';
import { attachCertificate, type AttachCertificateInput } from '../steps/attach-certificate.js';
import { enumeratesNothing, listDataSources } from '../steps/list-data-sources.js';
import { copyCredential, credentialFileOf } from '../steps/credential-files.js';
import { installAgent } from '../steps/install-agent.js';
import { makeFolder } from '../steps/make-folder.js';
import { setDpmCredentials, setDpmCredentialsId } from '../steps/set-dpm-credentials.js';
import { setDpmServerCertificate, setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';
import type { EarlierFacts, Step } from '../steps/step.js';
import { writeHandover } from '../steps/write-handover.js';
import type { Plan } from './plan.js';

/** Said where a tool writes a credential file. */
const ownFolder =
  'The tool writes into a new private folder, so that its file cannot be confused with another. dpm-prep then copies the file to the folder that you chose.';

const emptyHandover = {
  kind: 'dpm-prep handover',
  schemaVersion: handoverSchemaVersion,
  method: 'certificate',
  witnessed: true,
  userName: null,
  productionServerDnsSuffix: null,
} as const;

const madeBy = (earlier: EarlierFacts, stepId: string): Handover['dpmServerCredential'] => {
  const file = credentialFileOf(earlier[stepId]);
  return file ? { name: file.name, sha256: file.sha256 } : null;
};

export interface SetCredentialsInput {
  /** With the folder that the .bin is to be copied to. */
  readonly credentials: SetDpmCredentials;
  /** The folder that is made for this run, and that the cmdlet writes to. */
  readonly newFolder: string;
  /** SHA-256 of the .bin that was made here last, by the journal. */
  readonly lastMade: string | null;
  /** The CA certificates above the DPM server's certificate, for the handover files: DER in base64. */
  readonly authorities: readonly string[];
  /** The computers that are to be protected: one handover file for each. */
  readonly psNames: readonly string[];
  readonly handoverFolder: string;
  readonly rehearsal: boolean;
}

/** "Configure a certificate on the DPM server", step 5 to 7. */
export const setCredentialsPlan = ({
  credentials,
  newFolder,
  lastMade,
  authorities,
  psNames,
  handoverFolder,
  rehearsal,
}: SetCredentialsInput): Plan => ({
  procedure: 'set-credentials',
  side: 'dpm-server',
  title: `${credentials.action === 'Configure' ? 'Configure' : 'Regenerate'} the credentials of ${credentials.dpmServerName}`,
  steps: [
    makeFolder('dpm-server', credentials.outputFilePath),
    setDpmCredentials({ ...credentials, outputFilePath: newFolder, lastMade }),
    copyCredential({
      side: 'dpm-server',
      file: (earlier) => credentialFileOf(earlier[setDpmCredentialsId]),
      folder: credentials.outputFilePath,
    }),
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
          dpmServerAuthorities: [...authorities],
          protectedComputerAuthorities: [],
        }),
      }),
    ),
  ],
  notes: [ownFolder],
});

export interface CertificateProtectedInput {
  readonly dpmServerName: string;
  readonly psName: string;
  readonly binFolder: string;
  /** Null: the agent is there already. */
  readonly installer: string | null;
  /** The DPM server's .bin, absolute, and its hash where it could be read. */
  readonly dpmCredential: { readonly path: string; readonly name: string; readonly sha256: string | null };
  /** Where the .bin is to be copied to. */
  readonly outputFilePath: string;
  /** The folder that is made for this run, and that SetDpmServer writes to. */
  readonly newFolder: string;
  /** Takes away what is recorded of a step from before something else changed the agent. */
  readonly sinceChanged: (step: Step) => Step;
  readonly thumbprint: string;
  /** The CA certificates above the certificate of this computer, for the handover file: DER in base64. */
  readonly authorities: readonly string[];
  /** Those of the DPM server, as its handover file has them. */
  readonly dpmServerAuthorities: readonly string[];
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
    input.sinceChanged(
      setDpmServerCertificate({
        binFolder: input.binFolder,
        dpmCredential: input.dpmCredential.path,
        dpmCredentialSha256: input.dpmCredential.sha256,
        outputFilePath: input.newFolder,
        thumbprint: input.thumbprint,
      }),
    ),
    copyCredential({
      side: 'protected-computer',
      file: (earlier) => credentialFileOf(earlier[setDpmServerCertificateId]),
      folder: input.outputFilePath,
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
        dpmServerAuthorities: [...input.dpmServerAuthorities],
        protectedComputerAuthorities: [...input.authorities],
      }),
    }),
  ],
  notes: [
    ...(input.onceNtlmFor === null
      ? []
      : [
          `This agent was configured with NTLM before, for ${input.onceNtlmFor}. A switch to certificates first removes the computer, uninstalls the agent and deletes its folder; otherwise DPM may not find cluster resources. To switch, run: dpm-prep switch-auth`,
        ]),
    "The name of the protected computer's .bin is not documented.",
    ownFolder,
  ],
});

/** What to do where DPM finds nothing that it could protect on an attached computer. */
export const nothingToProtect = (psName: string): readonly string[] => [
  `Check the agent on ${psName}: read DPMRACurr.errlog in the agent's Temp folder, and run on the protected computer ${psName}: dpm-prep preflight`,
  enumeratesNothing,
];

/** The attach of one computer, and what shows that it can be protected. */
export const certificateAttachSteps = (attach: AttachCertificateInput): readonly Step[] => [
  attachCertificate(attach),
  listDataSources({
    dpmServerName: attach.dpmServerName,
    psName: attach.psName,
    file: { path: attach.psCredential, sha256: attach.sha256 },
    ifNone: nothingToProtect(attach.psName),
  }),
];

/** "Attach the computer". */
export const certificateAttachPlan = (attach: AttachCertificateInput): Plan => ({
  procedure: 'certificate',
  side: 'dpm-server',
  title: `Attach ${attach.psName} to ${attach.dpmServerName} (certificate)`,
  steps: certificateAttachSteps(attach),
  notes: [
    'The script gets a private copy of the checked credential file. dpm-prep compares the list of protected computers before and after.',
  ],
});

export interface HandoverByHandInput {
  /** dpm-prep saw the tool write the file, in an earlier run here. */
  readonly witnessed: boolean;
  readonly dpmServerName: string;
  readonly psName: string;
  readonly thumbprint: string | null;
  /** The CA certificates above the certificate of this computer: DER in base64. */
  readonly authorities: readonly string[];
  readonly dpmServerCredential: NonNullable<Handover['dpmServerCredential']>;
  readonly protectedComputerCredential: NonNullable<Handover['protectedComputerCredential']>;
  readonly handoverFolder: string;
  readonly rehearsal: boolean;
}

/** For a SetDpmServer that was run without dpm-prep: only the file for the other computer is left to write. */
export const handoverByHandPlan = ({
  handoverFolder,
  authorities,
  ...values
}: HandoverByHandInput): Plan => ({
  procedure: 'certificate',
  side: 'protected-computer',
  title: `Write the handover file of ${values.psName}`,
  steps: [
    writeHandover({
      side: 'protected-computer',
      folder: handoverFolder,
      handover: () => ({
        ...emptyHandover,
        ...values,
        dpmServerAuthorities: [],
        protectedComputerAuthorities: [...authorities],
        writtenBy: 'protected-computer',
      }),
    }),
  ],
  notes: [],
});
