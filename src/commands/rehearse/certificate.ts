import type { Answers } from '../../answers/parameters.js';
import { handoverFileName } from '../../dpm/handover.js';
import type { Enrolled } from '../../rehearsal/authority/enrol.js';
import type { World } from '../../rehearsal/world.js';
import { readHandover } from '../../application/handover-file.js';
import type { Side } from '../../steps/step.js';
import { valid, type Act, type Rehearsal } from './act.js';

/** Where the page's example puts the credential files. */
const folder = 'C:\\CertMetaData';

const isSecondary = ({ workload }: Answers): boolean => workload?.includes('secondary-dpm-server') === true;

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

/** What the practice authority issues for the computer of this name. */
export const enrolledFor = async (world: World, name: string): Promise<Enrolled> => {
  const [enrolled] = Object.values(await world.enrol(name));
  if (!enrolled) throw new Error(`Nothing was issued for ${name}.`);
  return enrolled;
};

/**
 * The handover file of this side with the .bin that it names: DPM names the .bin by what the computer is called, not by
 * what it was addressed by.
 */
const carriedFiles = async (world: World, side: Side, handover: string): Promise<readonly string[]> => {
  const { dpmServerCredential, protectedComputerCredential } = await readHandover(
    world.machine(side),
    handover,
  );
  const credential = side === 'dpm-server' ? dpmServerCredential : protectedComputerCredential;
  return [...(credential === null ? [] : [`${folder}\\${credential.name}`]), handover];
};

/** "Back up using certificate authentication" on a pair: both certificates, both .bin files, the attach. */
export const certificateRehearsal = (answers: Answers): Rehearsal => {
  const { dpmServerName, psName } = exampleNames(answers);
  const secondary = isSecondary(answers);
  const about: Pick<Answers, 'workload'> = secondary ? { workload: ['secondary-dpm-server'] } : {};
  return {
    dpmServer: dpmServerName.text,
    computers: [psName.text],
    cluster: null,
    protectedDpmServer: secondary,
    acts: async function* (world) {
      const server = await enrolledFor(world, dpmServerName.text);
      const computer = await enrolledFor(world, psName.text);
      const handover = `${folder}\\${handoverFileName(psName.text)}`;
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
        carry: await carriedFiles(world, 'dpm-server', handover),
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
      yield {
        carry: await carriedFiles(world, 'protected-computer', handover),
        from: 'protected-computer',
        to: 'dpm-server',
      };
      yield {
        side: 'dpm-server',
        command: 'attach',
        answers: { ...about, handover, importRoot: [computer.root] },
      };
    },
  };
};
