import { setDpmCredentialsParameters, tool, type SetDpmCredentials } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { credentialFileOf, hashesIn, isUnchanged, writtenCredentialFile } from './credential-files.js';
import type { Step } from './step.js';

export const setDpmCredentialsId = 'set-dpm-credentials';

const strings = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, string>>) : {};

/** Set-DPMCredentials on the DPM server. The page, "Configure a certificate on the DPM server", step 5. */
export const setDpmCredentials = (input: SetDpmCredentials): Step => ({
  id: setDpmCredentialsId,
  title:
    input.action === 'Configure'
      ? 'Configure the DPM server for certificate authentication'
      : 'Generate the lost credential file again',
  side: 'dpm-server',
  source: page('Configure a certificate on the DPM server'),
  probe: async (machine, record) => {
    const known = credentialFileOf(record.facts);
    const again = input.action === 'Configure' ? record.everVerified !== null : record.verified;
    if (again && known && (await isUnchanged(machine, known))) {
      return {
        state: 'done',
        found: `Configured with these values before; ${known.name} is still there.`,
        facts: { credentialFile: known },
      };
    }
    const before = await hashesIn(machine, input.outputFilePath);
    // The run was cut off: the file may have been written before anybody could record it.
    if (record.started) {
      const written = await writtenCredentialFile(
        machine,
        input.outputFilePath,
        strings(record.facts.before),
        record.started,
      );
      if (written) {
        return {
          state: 'done',
          found: `The earlier run wrote ${written.name}.`,
          facts: { credentialFile: written },
        };
      }
    }
    return {
      state: 'not-done',
      found: `No credential file of this configuration is in ${input.outputFilePath}.`,
      facts: { before },
    };
  },
  command: () => ({
    kind: 'cmdlet',
    tool: tool.setDpmCredentials,
    parameters: setDpmCredentialsParameters(input),
  }),
  verify: async (machine, { before, result, started }) => {
    const written = await writtenCredentialFile(
      machine,
      input.outputFilePath,
      strings(before.facts?.before),
      started,
    );
    if (!written || result.error !== null) {
      return {
        state: 'not-verified',
        found: written
          ? 'Set-DPMCredentials reported an error'
          : `no credential file was written to ${input.outputFilePath}`,
      };
    }
    return {
      state: 'verified',
      found: `${written.path} was written, SHA-256 ${written.sha256.slice(0, 16)}…`,
      facts: { credentialFile: written },
    };
  },
  patienceMs: 5_000,
});
