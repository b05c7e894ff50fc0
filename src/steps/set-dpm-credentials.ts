import { setDpmCredentialsParameters, tool, type SetDpmCredentials } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { documentedLine, type CmdletCommand } from '../machine/command.js';
import type { Machine } from '../machine/machine.js';
import { credentialFileOf, isUnchanged, judgeMade } from './credential-files.js';
import type { Step } from './step.js';

export const setDpmCredentialsId = 'set-dpm-credentials';

export type SetDpmCredentialsInput = SetDpmCredentials & {
  /** SHA-256 of the .bin that was made here last, by the journal; null: none, or a later run left that open. */
  readonly lastMade: string | null;
};

const commandOf = (input: SetDpmCredentials): CmdletCommand => ({
  kind: 'cmdlet',
  tool: tool.setDpmCredentials,
  parameters: setDpmCredentialsParameters(input),
  newFolder: input.outputFilePath,
});

/** The service that certificate protection needs. No source says where else the DPM server keeps its configuration. */
const serviceProblem = async (machine: Machine): Promise<string | null> => {
  const { services } = await machine.ask('installation', {});
  const service = services.find(({ name }) => /cpwrapper/i.test(name));
  if (service === undefined || service.state === 'absent')
    return 'the service DpmCPWrapperService is missing';
  return service.startMode === 'disabled' ? `the service ${service.name} is disabled` : null;
};

/** Set-DPMCredentials on the DPM server. The page, "Configure a certificate on the DPM server", step 5. */
export const setDpmCredentials = (input: SetDpmCredentialsInput): Step => ({
  id: setDpmCredentialsId,
  title:
    input.action === 'Configure'
      ? 'Configure the DPM server for certificate authentication'
      : 'Generate the lost credential file again',
  side: 'dpm-server',
  source: page('Configure a certificate on the DPM server'),
  recordedAs: documentedLine(commandOf({ ...input, outputFilePath: '<new folder>' })),
  probe: async (machine, record) => {
    const notDone = (found: string) => ({ state: 'not-done', found }) as const;
    // Regenerate always runs again: whoever asks for it has lost the file.
    if (input.action === 'Regenerate') return notDone('This run generates the credential file again.');
    const known = credentialFileOf(record.facts);
    if (record.everVerified === null || known === null) {
      return notDone('Nothing shows that the DPM server was configured with these values.');
    }
    if (known.sha256 !== input.lastMade)
      return notDone('The DPM server was configured with other values since.');
    const problem = await serviceProblem(machine);
    if (problem !== null)
      return notDone(`The DPM server was configured with these values before, but ${problem}.`);
    if (!(await isUnchanged(machine, known))) return notDone(`${known.path} is missing or changed.`);
    return {
      state: 'done',
      found: `Configured with these values on ${record.everVerified.toISOString().slice(0, 10)}, and nothing contradicts it.`,
      facts: { credentialFile: known },
    };
  },
  command: () => commandOf(input),
  verify: async (machine, { result }) => {
    const { file: _file, ...verification } = await judgeMade(
      machine,
      {
        tool: tool.setDpmCredentials,
        newFolder: input.outputFilePath,
        notThese: [],
        otherwise: 'Fix what Set-DPMCredentials reported, then run: dpm-prep again',
      },
      result,
    );
    return verification;
  },
  patienceMs: 5_000,
});
