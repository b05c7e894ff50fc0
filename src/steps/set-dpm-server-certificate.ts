import {
  setDpmServerCertificateArguments,
  tool,
  type SetDpmServerCertificate,
} from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import { stateBefore, probeCredentialFile, writtenCredentialFile } from './credential-files.js';
import type { Step } from './step.js';

export interface SetDpmServerCertificateInput extends SetDpmServerCertificate {
  /** Folder of SetDpmServer.exe. */
  readonly binFolder: string;
}

export const setDpmServerCertificateId = 'set-dpm-server-certificate';

/** Known only from an older Microsoft article; the error table prints the port as a variable (33235). */
const certificatePort = 6076;

/** Service and port that certificate protection uses, as far as they are known: said, never a verdict. */
const signsOfLife = async (machine: Machine): Promise<string> => {
  const [installation, { ports }] = await Promise.all([
    machine.ask('installation', {}),
    machine.ask('listening-ports', {}),
  ]);
  const service = installation.services.find(({ name }) => /cpwrapper/i.test(name));
  const listens = ports.some(({ port }) => port === certificatePort);
  return [
    service ? `service ${service.name} is ${service.state}` : 'service DpmCPWrapperService was not found',
    `port ${String(certificatePort)} ${listens ? 'listens' : 'does not listen (the number is known from an older Microsoft article only)'}`,
  ].join(', ');
};

/** SetDpmServer, certificate form. The page, "Configure a certificate on the protected computer", step 5. */
export const setDpmServerCertificate = (input: SetDpmServerCertificateInput): Step => ({
  id: setDpmServerCertificateId,
  title: 'Configure the agent to recognize the DPM server, by certificate',
  side: 'protected-computer',
  source: page('Configure a certificate on the protected computer'),
  probe: async (machine, record) =>
    probeCredentialFile(machine, record, input.outputFilePath, record.everVerified !== null),
  command: () => ({
    kind: 'program',
    tool: tool.setDpmServer,
    path: `${input.binFolder}\\${tool.setDpmServer}`,
    arguments: setDpmServerCertificateArguments(input),
  }),
  verify: async (machine, { before }) => {
    const written = await writtenCredentialFile(machine, input.outputFilePath, stateBefore(before.facts));
    if (!written) {
      return {
        state: 'not-verified',
        found: `no credential file was written to ${input.outputFilePath}`,
      };
    }
    return {
      state: 'verified',
      found: `${written.path} was written; ${await signsOfLife(machine)}.`,
      facts: { credentialFile: written },
    };
  },
  patienceMs: 5_000,
});
