import { notApplicable, pass, warn } from '../checks/verdict.js';
import { hostLabel, nameForm, sameName } from '../dpm/names.js';
import { page } from '../dpm/source.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

const useFqdns =
  "Name both computers by FQDN and give SetDpmServer the computer's DNS suffix, as in example 2 of Microsoft's page.";

/** On the DPM server: another computer of the same NetBIOS name in its list. */
const listedTwin = async (subject: PreflightSubject): Promise<string | null> => {
  const { side, dpmServerName, psName } = subject.facts;
  if (side !== 'dpm-server' || dpmServerName === null || psName === null) return null;
  const { computers } = await subject.ask('protected-computers', { dpmServerName });
  const twin = computers.find(
    ({ serverName, state }) =>
      state !== 'Deleted' &&
      !sameName(serverName, psName) &&
      sameName(hostLabel(serverName), hostLabel(psName)),
  );
  return twin?.serverName ?? null;
};

export const netbiosConflict: PreflightCheck = {
  id: 'netbios-conflict',
  title: 'Conflicting NetBIOS names',
  required: 'No other computer has the same NetBIOS name. If one has, FQDNs and a DNS suffix are used.',
  source: page('Examples'),
  severity: 'error',
  prevents: [32685, 32698],
  run: async (subject) => {
    const other = subject.otherName;
    if (other === null) return notApplicable('The name of the other computer is not given.');
    const twin = await listedTwin(subject);
    if (twin !== null) {
      return warn(`This DPM server already protects ${twin}, which has the same NetBIOS name.`, useFqdns);
    }
    if (nameForm(other) === 'netbios') {
      return pass(`No conflict is known for ${other}.`);
    }
    const label = hostLabel(other);
    const [byFqdn, byLabel] = await subject.resolve([other, label]);
    const addresses = byLabel?.addresses ?? [];
    const same = addresses.some((address) => byFqdn?.addresses.includes(address));
    if (addresses.length === 0 || (byFqdn?.addresses.length ?? 0) === 0 || same) {
      return pass(`${label} does not name another computer here.`);
    }
    return pass(
      `${label} is a different computer (${addresses.join(', ')}) from ${other}. FQDNs are used, as required.`,
    );
  },
};
