import { couldNotCheck, fail, notApplicable, pass } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const nameResolution: PreflightCheck = {
  id: 'name-resolution',
  title: 'Name of the other computer',
  required:
    'Each computer resolves the name of the other one, in the form that is used; the other direction is checked there.',
  source: errorTable(316, 32683, 32684),
  severity: 'error',
  prevents: [41, 300, 316, 32683, 32684],
  run: async (subject) => {
    const other = subject.otherName;
    if (other === null) return notApplicable('The name of the other computer is not given.');
    const resolved = (await subject.resolve([other]))[0];
    if (resolved?.state === 'resolved') return pass(`${other} is ${resolved.addresses.join(', ')}.`);
    const fix = [
      `Add it to the DNS that this computer asks, or a line "<address> ${other}" to %windir%\\System32\\drivers\\etc\\hosts.`,
      'NetBIOS names resolve only within one network segment, or by WINS.',
    ];
    return resolved?.state === 'unknown'
      ? fail(`The name ${other} is not known here.`, ...fix)
      : couldNotCheck(`The resolver gave no answer for ${other} in time.`, ...fix);
  },
};
