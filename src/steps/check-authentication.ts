import { inferred } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import type { ProtectedComputer } from '../machine/questions.js';
import { enumeratesNothing } from './list-data-sources.js';
import { lookUp } from './protected-computers.js';
import type { RefreshComputerInput } from './update-password.js';
import type { Step, Verification } from './step.js';

/** What the DPM console shows beside a computer that is protected by certificate. */
const untrustedCertificates = '(untrusted - Certificates)';

const shown = async (
  machine: Machine,
  dpmServerName: string,
  psName: string,
): Promise<ProtectedComputer | null> => (await lookUp(machine, dpmServerName, psName)).computer;

const answers: readonly unknown[] = ['yes', 'no'];

/**
 * Does each node show "(untrusted - Certificates)"? The same section of the page, step 4. No property of DPM's objects
 * is documented to tell it, so where none does, the person who sees the console is asked.
 */
export const checkAuthentication = ({ dpmServerName, psName }: RefreshComputerInput): Step => ({
  id: `authentication:${psName}`,
  title: `Check that ${psName} shows ${untrustedCertificates}`,
  side: 'dpm-server',
  source: inferred(
    'Microsoft documents no property that shows the authentication method; the DPM console shows it',
  ),
  // What a person saw in an interrupted run says nothing of now, and asking again does no harm.
  probe: async (machine) => {
    const computer = await shown(machine, dpmServerName, psName);
    if (computer?.authentication === 'certificate') {
      return { state: 'done', found: `${dpmServerName} shows ${computer.serverName} with certificates.` };
    }
    return { state: 'unknown', found: `DPM's own list does not say how ${psName} authenticates.` };
  },
  command: () => ({
    kind: 'person',
    instructions: [
      `In the DPM console on ${dpmServerName}, Management, Agents: ${psName} must show ${untrustedCertificates}.`,
    ],
    question: `Does the DPM console show ${untrustedCertificates} for ${psName}?`,
  }),
  verify: async (machine, { result }): Promise<Verification> => {
    const computer = await shown(machine, dpmServerName, psName);
    if (computer === null)
      return { state: 'not-verified', found: `${dpmServerName} does not list ${psName}` };
    const said = answers.includes(result.result) ? result.result : null;
    if (computer.authentication === 'ntlm' || said === 'no') {
      return {
        state: 'not-verified',
        found: `${psName} does not show ${untrustedCertificates}`,
        fix: [
          enumeratesNothing,
          `Check whether its agent is configured by certificate. Run on the protected computer ${psName}: dpm-prep status`,
        ],
      };
    }
    if (said === 'yes') {
      return { state: 'verified', found: `Seen in the DPM console: ${psName} ${untrustedCertificates}.` };
    }
    return {
      state: 'could-not-verify',
      found: `PowerShell does not tell how ${psName} authenticates: look in the DPM console, Management, Agents, for ${untrustedCertificates}.`,
    };
  },
});
