import { fail, pass, warn } from '../checks/verdict.js';
import { microsoft } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

/** First build of each Windows Server, newest first. */
const releases: readonly (readonly [build: number, name: string])[] = [
  [26_100, '2025'],
  [20_348, '2022'],
  [17_763, '2019'],
  [14_393, '2016'],
];

/** Which Windows Server an agent supports, by the first two parts of its version. */
const supported: Readonly<Record<string, readonly string[]>> = {
  '10.19': ['2016', '2019'],
  '10.22': ['2016', '2019', '2022'],
  '10.25': ['2019', '2022', '2025'],
};

const releaseOf = (version: string): string | null => {
  const [major = 0, , build = 0] = version.split('.').map(Number);
  if (major < 10) return null;
  return releases.find(([first]) => build >= first)?.[1] ?? null;
};

export const windowsVersion: PreflightCheck = {
  id: 'windows-version',
  title: 'Windows version',
  required:
    'The computer runs a Windows Server version that this version of DPM supports. Client computers are not supported in a workgroup or an untrusted domain.',
  source: microsoft("What's supported and what isn't for DPM"),
  severity: 'error',
  prevents: [343],
  run: async (subject) => {
    const { operatingSystem } = await subject.computer();
    const { caption, version, server } = operatingSystem;
    const found = `${caption} (${version}).`;
    if (!server && subject.facts.side === 'protected-computer') {
      return fail(
        `${found} DPM cannot protect client computers in a workgroup or an untrusted domain.`,
        'See: dpm-prep scenarios --workload client-computers',
      );
    }
    const release = releaseOf(version);
    if (/^(?:[0-5]\.|6\.[01]\.)/.test(version)) {
      return fail(
        `${found} It is older than Windows Server 2012, and no current version of DPM lists it as supported.`,
        'Upgrade Windows before you install the agent.',
      );
    }
    if (release === null) {
      return warn(
        `${found} No current version of DPM lists it as supported.`,
        'Check whether your version of DPM supports it.',
      );
    }
    const agent = (await subject.installation()).version?.split('.').slice(0, 2).join('.');
    const known = agent === undefined ? undefined : supported[agent];
    if (known && !known.includes(release)) {
      return warn(
        `${found} The installed version of DPM supports Windows Server ${known.join(', ')}.`,
        'Update DPM on the DPM server, then the agent.',
      );
    }
    return pass(found);
  },
};
