import type { Answers } from '../../answers/parameters.js';
import { credentialFileName } from '../../dpm/credential-file.js';
import { handoverFileName } from '../../dpm/handover.js';
import { usageProblem } from '../../problem.js';
import type { Enrolled } from '../../rehearsal/authority/enrol.js';
import type { Side } from '../../steps/step.js';
import { valid, type Act, type Rehearsal } from './act.js';

/** Where the page's example puts the credential files. */
const folder = 'C:\\CertMetaData';

const isSecondary = ({ workload }: Answers): boolean => workload === 'secondary-dpm-server';

/** On a secondary DPM server the primary one is the protected computer. */
const exampleNames = (answers: Answers) => {
  const [server, computer] = isSecondary(answers)
    ? ['Secondary01.corp.contoso.com', 'Primary01.corp.contoso.com']
    : ['Server01.corp.contoso.com', 'Finance01.widgets.corp.com'];
  return {
    dpmServerName: answers.dpmServerName ?? valid('dpmServerName', server),
    psName: answers.psName ?? valid('psName', computer),
  };
};

/** A certificate of the computer's own practice authority into the computer's store. */
export const importOf = (side: Side, { pfx, password }: Enrolled, on?: string): Act => ({
  side,
  ...(on === undefined ? {} : { on }),
  command: 'import-cert',
  positional: [pfx],
  answers: { installChain: true },
  password,
});

/** What the practice authority issued for the computer of this name. */
export const enrolledFor = (enrolled: Readonly<Record<string, Enrolled>>, name: string): Enrolled => {
  const found = Object.entries(enrolled).find(([id]) => id.toLowerCase() === name.toLowerCase());
  if (!found) {
    throw usageProblem(
      `The practice pair has no computer ${name}; it has ${Object.keys(enrolled).slice(0, 10).join(', ')}.`,
      'Rehearse on a new pair (omit --world), or name its computers with --dpm-server-name and --ps-name.',
    );
  }
  return found[1];
};

/** "Back up using certificate authentication" on a pair: both certificates, both .bin files, the attach. */
export const certificateRehearsal = (answers: Answers): Rehearsal => {
  const { dpmServerName, psName } = exampleNames(answers);
  const secondary = isSecondary(answers);
  const about: Pick<Answers, 'workload'> = secondary ? { workload: 'secondary-dpm-server' } : {};
  return {
    dpmServer: dpmServerName.text,
    computers: [psName.text],
    cluster: null,
    protectedDpmServer: secondary,
    acts: async function* (world) {
      const enrolled = await world.enrol();
      const server = enrolledFor(enrolled, dpmServerName.text);
      const computer = enrolledFor(enrolled, psName.text);
      const handover = `${folder}\\${handoverFileName(psName.text)}`;
      const credentialOf = (name: string): string => `${folder}\\${credentialFileName(name)}`;
      yield importOf('dpm-server', server);
      yield {
        side: 'dpm-server',
        command: 'set-credentials',
        answers: {
          ...about,
          dpmServerName,
          psName,
          action: 'configure',
          thumbprint: server.thumbprint,
          outputFilePath: folder,
          handoverFolder: folder,
        },
      };
      yield {
        carry: [credentialOf(dpmServerName.text), handover],
        from: 'dpm-server',
        to: 'protected-computer',
      };
      // DPM brings the agent with it.
      if (!secondary) {
        yield { side: 'protected-computer', command: 'install-agent', answers: { acceptEula: true } };
      }
      yield importOf('protected-computer', computer);
      yield {
        side: 'protected-computer',
        command: 'set-dpm-server',
        answers: {
          ...about,
          auth: 'certificate',
          handover,
          importRoot: [server.root],
          thumbprint: computer.thumbprint,
          outputFilePath: folder,
          handoverFolder: folder,
        },
      };
      yield { carry: [credentialOf(psName.text), handover], from: 'protected-computer', to: 'dpm-server' };
      yield {
        side: 'dpm-server',
        command: 'attach',
        answers: { ...about, handover, importRoot: [computer.root] },
      };
    },
  };
};
