import type { Answers } from '../../answers/parameters.js';
import { handoverFileName } from '../../dpm/handover.js';
import { usageProblem } from '../../problem.js';
import { nameFormProblem } from '../../procedures/ntlm.js';
import { places } from '../../rehearsal/practice-files.js';
import { valid, type Act, type Carry, type Rehearsal } from './act.js';

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
  handover: string,
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
      answers: { handover },
    },
  ];
};

/** "Back up using NTLM authentication" on a pair. */
export const ntlmRehearsal = (answers: Answers): Rehearsal => {
  const names = exampleNames(answers);
  const problem = nameFormProblem(names.dpmServerName.text, names.psName.text, names.suffix ?? null);
  if (problem !== null) throw usageProblem(problem);
  return {
    dpmServer: names.dpmServerName.text,
    computers: [names.psName.text],
    cluster: null,
    acts: function* (): Generator<Act | Carry> {
      const folder = places.users;
      const handover = `${folder}\\${handoverFileName(names.psName.text)}`;
      for (const act of ntlmActs(names, folder, handover)) {
        if (act.command === 'attach')
          yield { carry: [handover], from: 'protected-computer', to: 'dpm-server' };
        yield act;
      }
    },
  };
};
