import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { microsoft } from '../dpm/source.js';
import { isAtLeast, productOf, type Product } from '../dpm/versions.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

type Program = Awaited<ReturnType<PreflightSubject['programs']>>[number];

/** The x64 runtimes of one release of Visual C++: its files have this major version, whatever the entry is named. */
const runtimes = async (subject: PreflightSubject, major: number): Promise<readonly Program[]> =>
  (await subject.programs()).filter(
    ({ displayName, version }) =>
      /Visual C\+\+/i.test(displayName) &&
      /x64/i.test(displayName) &&
      Number(version?.split('.')[0]) === major,
  );

const names = (programs: readonly Program[]): string =>
  [...new Set(programs.map(({ displayName, version }) => `${displayName} ${version ?? ''}`.trim()))]
    .slice(0, 2)
    .join(', ');

/** The product whose agent is to be installed, from its installer; null where neither is known. */
const plannedProduct = async (subject: PreflightSubject): Promise<Product | null> =>
  productOf(await subject.installerVersion())?.product ?? null;

const nothingToInstall = notApplicable('This run does not install an agent here.');
const restarts = 'Without it, the installer can restart this server without warning.';
const least2012 = '11.0.51106';

/** For DPM 2016 documented; error 295 asks every version of DPM for it; DPM 2025 wants its successor. */
export const visualCpp2012: PreflightCheck = {
  id: 'visual-cpp-2012',
  title: 'Visual C++ 2012 x64 redistributable',
  required: `Before an agent of a version up to DPM 2022 or MABS V4 is installed, the Visual C++ 2012 x64 redistributable (${least2012} or later) is installed. Without it, the installation fails and Windows restarts without warning.`,
  source: microsoft(
    'Troubleshoot DPM protection agent installation issues (KB 4052731, for DPM 2016); DPM error table, 295',
    'DPM 2012 R2 to DPM 2022, MABS V1 to V4; documented for DPM 2016, and by error 295 without a version',
  ),
  severity: 'severe',
  prevents: [295],
  run: async (subject) => {
    if (!(await subject.agentIsMissing())) return nothingToInstall;
    const product = await plannedProduct(subject);
    if (product === 'DPM 2025') return notApplicable('The agent of DPM 2025 needs Visual C++ 2013 instead.');
    const found = await runtimes(subject, 11);
    const good = found.filter(({ version }) => version !== null && isAtLeast(version, least2012));
    if (good.length > 0) return pass(`${names(good)} is installed.`);
    return fail(
      found.length === 0
        ? `The Visual C++ 2012 x64 redistributable is not installed. ${restarts}`
        : `Only ${names(found)} is installed, and ${least2012} or later is needed. ${restarts}`,
      'Install vcredist_x64.exe of Visual C++ 2012 Update 4. It is also on the DPM medium.',
      ...(product === 'DPM 2016' || product === 'DPM 2012 R2'
        ? []
        : [
            'Microsoft documents this for DPM 2016; for later versions it is not confirmed. To install without it: --ignore visual-cpp-2012',
          ]),
    );
  },
};

const whatsNew2025 = "What's new in DPM 2025 (12/2025)";

export const visualCpp2013: PreflightCheck = {
  id: 'visual-cpp-2013',
  title: 'Visual C++ 2013 x64 redistributable',
  required:
    'Before a fresh agent of DPM 2025 is installed, the Visual C++ 2013 x64 redistributable is installed.',
  source: microsoft(whatsNew2025, 'DPM 2025'),
  severity: 'error',
  prevents: [295],
  run: async (subject) => {
    if (!(await subject.agentIsMissing())) return nothingToInstall;
    const product = await plannedProduct(subject);
    if (product !== null && product !== 'DPM 2025') return notApplicable(`${product} does not need it.`);
    const found = await runtimes(subject, 12);
    if (found.length > 0) return pass(`${names(found)} is installed.`);
    const fix = [
      'Install vcredist_x64.exe of Visual C++ 2013. After DPM is installed, Microsoft advises removing it again.',
    ];
    return product === null
      ? couldNotCheck(
          'The version of the installer is not known. For DPM 2025, the Visual C++ 2013 x64 redistributable is missing.',
          ...fix,
        )
      : fail('The Visual C++ 2013 x64 redistributable is not installed.', ...fix);
  },
};

export const visualCpp2022: PreflightCheck = {
  id: 'visual-cpp-2022',
  title: 'Visual C++ 2015–2022 x64 redistributable',
  required:
    'With DPM 2025 Update Rollup 1, the latest Visual C++ 2015–2022 x64 redistributable is installed.',
  source: microsoft(whatsNew2025, 'DPM 2025 UR1'),
  severity: 'advice',
  prevents: [],
  run: async (subject) => {
    if (!(await subject.agentIsMissing())) return nothingToInstall;
    if ((await plannedProduct(subject)) !== 'DPM 2025') return notApplicable('Only DPM 2025 UR1 needs it.');
    const found = await runtimes(subject, 14);
    return found.length > 0
      ? pass(`${names(found)} is installed.`)
      : warn(
          'The Visual C++ 2015–2022 x64 redistributable is not installed; DPM 2025 UR1 needs it.',
          'Install vc_redist.x64.exe, the latest version.',
        );
  },
};
