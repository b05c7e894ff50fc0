import { fail, notApplicable, pass } from '../checks/verdict.js';
import { hostLabel, mayBeSameComputer, nameForm, sameName } from '../dpm/names.js';
import { page } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const ownName: PreflightCheck = {
  id: 'own-name',
  title: 'This computer’s name',
  required: 'The name that you give for this computer is its own name.',
  source: page('Install and configure the agent'),
  severity: 'error',
  prevents: [32685, 32691],
  run: async (subject) => {
    const given = subject.ownName;
    if (given === null) return notApplicable('No name is given for this computer.');
    const { netbiosName, fqdn, dnsSuffixes } = await subject.computer();
    const names = [
      netbiosName,
      ...(fqdn === null ? [] : [fqdn]),
      ...dnsSuffixes.map((suffix) => `${netbiosName}.${suffix}`),
    ];
    const suffix = subject.facts.productionServerDnsSuffix;
    const known =
      names.some((name) => sameName(name, given)) ||
      // A suffix that is given on purpose need not be one that this computer has.
      (nameForm(given) === 'fqdn' &&
        mayBeSameComputer(netbiosName, given) &&
        (fqdn === null || suffix !== null));
    if (known) return pass(`${given} is this computer.`);
    return fail(
      `${given} is not this computer. This computer is ${names.join(' or ')}.`,
      sameName(hostLabel(given).slice(0, 15), netbiosName)
        ? 'Give the name in a form that this computer has. Use the same form on both computers.'
        : 'Run the command on that computer, or give the name of this computer.',
    );
  },
};
