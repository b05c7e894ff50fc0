import { setDpmCredentialsParameters, tool, type SetDpmCredentials } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { stateBefore, probeCredentialFile, writtenCredentialFile } from './credential-files.js';
import type { Step } from './step.js';

export const setDpmCredentialsId = 'set-dpm-credentials';

/** Set-DPMCredentials on the DPM server. The page, "Configure a certificate on the DPM server", step 5. */
export const setDpmCredentials = (input: SetDpmCredentials): Step => ({
  id: setDpmCredentialsId,
  title:
    input.action === 'Configure'
      ? 'Configure the DPM server for certificate authentication'
      : 'Generate the lost credential file again',
  side: 'dpm-server',
  source: page('Configure a certificate on the DPM server'),
  probe: async (machine, record) =>
    probeCredentialFile(
      machine,
      record,
      input.outputFilePath,
      // Regenerated is asked for anew each time; only a run that was cut off is gone on with.
      input.action === 'Configure' ? record.everVerified !== null : record.verified,
    ),
  command: () => ({
    kind: 'cmdlet',
    tool: tool.setDpmCredentials,
    parameters: setDpmCredentialsParameters(input),
  }),
  verify: async (machine, { before, result }) => {
    const written = await writtenCredentialFile(machine, input.outputFilePath, stateBefore(before.facts));
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
