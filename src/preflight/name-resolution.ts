import { couldNotCheck, fail, notApplicable, pass } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const nameResolution: PreflightCheck = {
  id: 'name-resolution',
  title: 'Name of the other computer',
  required:
    'Each computer resolves the name of the other one, in the form that is used. The other direction is checked on the other computer.',
  source: errorTable(316, 32683, 32684),
  severity: 'error',
  prevents: [41, 300, 316, 32683, 32684],
  run: async (subject) => {
    const other = subject.otherName;
    if (other === null) return notApplicable('The name of the other computer is not given.');
    const resolved = (await subject.resolve([other]))[0];
    if (resolved?.state === 'resolved') return pass(`${other} is ${resolved.addresses.join(', ')}.`);
    const fix = [
      `Add the name to the DNS server that this computer uses, or add the line "<address> ${other}" to %windir%\\System32\\drivers\\etc\\hosts.`,
      'NetBIOS names are resolved only within one network segment, or through WINS.',
    ];
    return resolved?.state === 'unknown'
      ? fail(`This computer cannot resolve the name ${other}.`, ...fix)
      : couldNotCheck(`The resolver gave no answer for ${other} in time.`, ...fix);
  },
};
