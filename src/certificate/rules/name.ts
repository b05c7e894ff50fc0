import { inferred } from '../../dpm/source.js';
import { mayBeSameComputer, nameForm, sameName } from '../../dpm/names.js';
import { notApplicable, pass, warn, type Rule } from './rule.js';

export const name: Rule = {
  id: 'name',
  title: 'Name of the computer',
  required: "The subject's common name is the fully qualified name of the computer.",
  source: inferred(
    'the credential file is named by the fully qualified name, and renewal goes by the subject (33323 to 33326)',
  ),
  severity: 'advice',
  run: ({ certificate, expectedName }) => {
    const { commonNames } = certificate.subject;
    const shown =
      commonNames.length === 0 ? 'no common name' : `the common name ${commonNames.join(' and ')}`;
    if (expectedName === null)
      return notApplicable(`The subject has ${shown}; no computer name was given to compare.`);
    const agrees = nameForm(expectedName) === 'netbios' ? mayBeSameComputer : sameName;
    if (commonNames.some((each) => agrees(each, expectedName))) {
      return pass(`The subject has ${shown}; the computer is ${expectedName}.`);
    }
    const close = commonNames.some((each) => mayBeSameComputer(each, expectedName));
    return warn(
      `The subject has ${shown}; the computer is ${expectedName}${close ? ', written in the other form' : ''}.`,
      `Request the certificate with the common name ${expectedName}.`,
    );
  },
};
