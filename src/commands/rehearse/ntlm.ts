import type { Answers } from '../../answers/parameters.js';
import { handoverFileName } from '../../dpm/handover.js';
import { valid, type Act, type Rehearsal } from './act.js';

/** The page's example 1, or example 2 where a suffix is given. */
const exampleNames = (answers: Answers) => {
  const suffix = answers.productionServerDnsSuffix;
  const dpmServerName =
    answers.dpmServerName ??
    valid('dpmServerName', suffix === undefined ? 'Server01' : 'Server01.corp.contoso.com');
  const psName =
    answers.psName ??
    valid(
      'psName',
      suffix !== undefined
        ? `Finance01.${suffix}`
        : dpmServerName.form === 'netbios'
          ? 'Finance01'
          : 'Finance01.widgets.corp.com',
    );
  return { dpmServerName, psName, userName: answers.userName ?? 'mark', suffix };
};

/** One computer, prepared and attached by NTLM. */
export const ntlmActs = (
  names: ReturnType<typeof exampleNames>,
  handoverFolder: string,
  on?: string,
): readonly Act[] => {
  const { dpmServerName, psName, userName, suffix } = names;
  const computer = on === undefined ? {} : { on };
  return [
    { side: 'protected-computer', ...computer, command: 'install-agent', answers: { acceptEula: true } },
    {
      side: 'protected-computer',
      ...computer,
      command: 'set-dpm-server',
      answers: {
        auth: 'ntlm',
        dpmServerName,
        psName,
        userName,
        ...(suffix === undefined ? {} : { productionServerDnsSuffix: suffix }),
        handoverFolder,
      },
    },
    {
      side: 'dpm-server',
      command: 'attach',
      answers: { handover: `${handoverFolder}/${handoverFileName(psName.text)}` },
    },
  ];
};

/** "Back up using NTLM authentication" on a pair. */
export const ntlmRehearsal = (answers: Answers): Rehearsal => {
  const names = exampleNames(answers);
  return {
    dpmServer: names.dpmServerName.text,
    computers: [names.psName.text],
    cluster: null,
    acts: (world) => ntlmActs(names, world.exchangeFolder),
  };
};
