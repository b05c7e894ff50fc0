import {
  setDpmServerCertificateArguments,
  tool,
  type SetDpmServerCertificate,
} from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { documentedLine, type ProgramCommand } from '../machine/command.js';
import type { Machine } from '../machine/machine.js';
import {
  agentTrace,
  askInstallation,
  certificateContradiction,
  traceOf,
  type Installation,
} from './agent.js';
import { credentialFileOf, isUnchanged, judgeMade } from './credential-files.js';
import type { Step } from './step.js';

export interface SetDpmServerCertificateInput extends SetDpmServerCertificate {
  /** Folder of SetDpmServer.exe. */
  readonly binFolder: string;
  /** SHA-256 of `dpmCredential`; null in a dry run without a computer. */
  readonly dpmCredentialSha256: string | null;
}

export const setDpmServerCertificateId = 'set-dpm-server-certificate';

/** Known only from an older Microsoft article; the error table prints the port as a variable (ID 33235). */
const certificatePort = 6076;

/** Service and port that certificate protection uses, as far as they are known: said, never a verdict. */
const signsOfLife = async (machine: Machine, installation: Installation): Promise<string> => {
  const { ports } = await machine.ask('listening-ports', {});
  const service = installation.services.find(({ name }) => /cpwrapper/i.test(name));
  const listens = ports.some(({ port }) => port === certificatePort);
  return [
    service ? `service ${service.name} is ${service.state}` : 'service DpmCPWrapperService was not found',
    `port ${String(certificatePort)} ${listens ? 'listens' : 'does not listen (the number is known from an older Microsoft article only)'}`,
  ].join(', ');
};

const commandOf = (input: SetDpmServerCertificateInput): ProgramCommand => ({
  kind: 'program',
  tool: tool.setDpmServer,
  path: `${input.binFolder}\\${tool.setDpmServer}`,
  arguments: setDpmServerCertificateArguments(input),
  newFolder: input.outputFilePath,
  ...(input.dpmCredentialSha256 === null
    ? {}
    : { checkedFile: { path: input.dpmCredential, sha256: input.dpmCredentialSha256 } }),
});

/**
 * SetDpmServer, certificate form. The page, "Configure a certificate on the protected computer", step 5. It writes into a
 * new private folder of this run, so that the file in it is its own and not one that somebody copied there. The file of an
 * interrupted run is never used: the tool runs again.
 */
export const setDpmServerCertificate = (input: SetDpmServerCertificateInput): Step => ({
  id: setDpmServerCertificateId,
  title: 'Configure the agent to recognize the DPM server, by certificate',
  side: 'protected-computer',
  source: page('Configure a certificate on the protected computer'),
  recordedAs: documentedLine(
    commandOf({
      ...input,
      dpmCredential: `SHA-256:${input.dpmCredentialSha256 ?? ''}`,
      outputFilePath: '<new folder>',
    }),
  ),
  probe: async (machine, record) => {
    const notDone = (found: string) => ({ state: 'not-done', found }) as const;
    const known = credentialFileOf(record.facts);
    if (record.everVerified === null || known === null) {
      return notDone('Nothing shows that this agent was configured with these values.');
    }
    const against = certificateContradiction(await askInstallation(machine), traceOf(record.facts));
    if (against !== null)
      return notDone(`This agent was configured with these values before, but ${against}.`);
    if (!(await isUnchanged(machine, known))) return notDone(`${known.path} is missing or changed.`);
    return {
      state: 'done',
      found: `Configured with these values on ${record.everVerified.toISOString().slice(0, 10)}, and nothing contradicts it.`,
      facts: { credentialFile: known },
    };
  },
  command: () => commandOf(input),
  verify: async (machine, { result }) => {
    const given = await machine.files.stat(input.dpmCredential);
    const { file, ...verification } = await judgeMade(
      machine,
      {
        tool: tool.setDpmServer,
        newFolder: input.outputFilePath,
        notThese: [
          ...(input.dpmCredentialSha256 === null ? [] : [input.dpmCredentialSha256]),
          ...(given?.kind === 'file' ? [await machine.files.sha256(input.dpmCredential)] : []),
        ],
        otherwise:
          'The exit codes of SetDpmServer are not documented. If its output says that it succeeded, run: dpm-prep handover --ps-credential <the .bin>',
      },
      result,
    );
    if (file === null) return verification;
    const installation = await askInstallation(machine);
    return {
      ...verification,
      found: `${file.path} was written; ${await signsOfLife(machine, installation)}.`,
      facts: { credentialFile: file, ...agentTrace(installation) },
    };
  },
  patienceMs: 5_000,
});
