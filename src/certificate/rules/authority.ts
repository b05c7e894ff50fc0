import { errorTable } from '../../dpm/source.js';
import { fail, notApplicable, pass, type Rule, called } from './rule.js';

export const authority: Rule = {
  id: 'authority',
  title: 'Authorized CA',
  required: 'The CA of --auth-ca-thumbprint is in the chain of the certificate.',
  source: errorTable(33243),
  severity: 'error',
  prevents: [33243],
  run: ({ authCaThumbprint, chain }) => {
    if (authCaThumbprint === null) return notApplicable('No authorized CA was named (--auth-ca-thumbprint).');
    const authorities = chain.links.slice(1).map(({ certificate }) => certificate);
    const found = authorities.find((each) => each.thumbprint === authCaThumbprint);
    if (found !== undefined) return pass(`The authorized CA is ${called(found)}.`);
    return fail(
      `No CA of the chain has the thumbprint ${authCaThumbprint}.`,
      ...authorities.map((each) => `In the chain: ${each.thumbprint} (${called(each)})`),
    );
  },
};
