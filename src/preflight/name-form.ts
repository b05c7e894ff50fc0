import { fail, notApplicable, pass } from '../checks/verdict.js';
import { nameForm, hostLabel, sameName } from '../dpm/names.js';
import { page } from '../dpm/source.js';
import { nameFormProblem } from '../procedures/ntlm.js';
import type { PreflightCheck } from './subject.js';

export const nameFormCheck: PreflightCheck = {
  id: 'name-form',
  title: 'One form of the names',
  required:
    'Both computers are named in the same form everywhere, NetBIOS or FQDN. With a DNS suffix, both are named by FQDN.',
  source: page('Update the password'),
  severity: 'error',
  prevents: [32683, 32685, 32691, 32698],
  run: ({ facts }) => {
    const { dpmServerName, psName, productionServerDnsSuffix } = facts;
    if (dpmServerName === null || psName === null) return notApplicable('The two names are not given yet.');
    const problem =
      facts.method === 'certificate'
        ? null
        : nameFormProblem(dpmServerName, psName, productionServerDnsSuffix);
    if (problem !== null)
      return fail(problem, 'Give both names in the form by which the computers reach each other.');
    if (sameName(hostLabel(dpmServerName), hostLabel(psName))) {
      return fail(
        `${dpmServerName} and ${psName} have the same NetBIOS name.`,
        'Rename one of the two computers.',
      );
    }
    return pass(
      nameForm(dpmServerName) === 'fqdn'
        ? 'The DPM server is named by FQDN.'
        : 'Both are named by NetBIOS name.',
    );
  },
};
