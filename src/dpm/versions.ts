import { inferred, microsoft, observed, type Source } from './source.js';

/** Products whose agents a computer can have. MABS is Microsoft Azure Backup Server. */
export type Product =
  | 'DPM 2012 R2'
  | 'DPM 2016'
  | 'DPM 1801 or 1807'
  | 'DPM 2019'
  | 'DPM 2022'
  | 'DPM 2025'
  | 'MABS V1'
  | 'MABS V2'
  | 'MABS V3'
  | 'MABS V4';

interface VersionRange {
  readonly product: Product;
  /** The first two parts of the agent's file version. */
  readonly from: string;
  readonly source: Source;
}

const releaseNotes = microsoft('Release notes for DPM');

const ranges: readonly VersionRange[] = [
  { product: 'DPM 2012 R2', from: '4.2', source: microsoft('Agent installation error 319 (KB 2981833)') },
  { product: 'DPM 2016', from: '5.0', source: observed('Community list of DPM builds') },
  { product: 'DPM 1801 or 1807', from: '5.1', source: observed('Community list of DPM builds') },
  { product: 'DPM 2019', from: '10.19', source: observed('Community list of DPM builds') },
  { product: 'DPM 2022', from: '10.22', source: releaseNotes },
  {
    product: 'DPM 2025',
    from: '10.25',
    source: inferred('DPM 2019 is 10.19 and DPM 2022 is 10.22; no page gives the build of DPM 2025'),
  },
  { product: 'MABS V1', from: '11.0', source: observed('The folder of its agents, seen by others') },
  { product: 'MABS V2', from: '12.0', source: observed('Community list of DPM builds') },
  { product: 'MABS V3', from: '13.0', source: microsoft('Update rollup KB5004579 for MABS V3') },
  { product: 'MABS V4', from: '14.0', source: microsoft('Lab guide for MABS V4') },
];

/** Which product an agent of this file version (`10.22.197.0`) belongs to, with the source of that; null: unknown. */
export const productOf = (version: string | null): VersionRange | null => {
  const begin = version?.split('.').slice(0, 2).join('.');
  return ranges.find(({ from }) => from === begin) ?? null;
};

/** Compares versions part by part, as numbers: below 0 where `a` is older. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let at = 0; at < 4; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** True if this version is `least` or later. */
export const isAtLeast = (version: string, least: string): boolean => compareVersions(version, least) >= 0;
