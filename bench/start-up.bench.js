import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './median.js';

export const title = 'Start-up, over bare "node -e 0" (medians of 31 interleaved runs)';

const launcher = fileURLToPath(new URL('../bin/dpm-prep.js', import.meta.url));
const subjects = {
  bare: ['-e', '0'],
  version: [launcher, '--version'],
  help: [launcher, '--help'],
};

/** @param {readonly string[]} args */
const once = (args) => {
  const begun = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - begun) / 1e6;
};

export const measure = () => {
  /** @type {Record<keyof typeof subjects, number[]>} */
  const times = { bare: [], version: [], help: [] };
  for (let round = 0; round < 34; round += 1) {
    for (const name of /** @type {const} */ (['bare', 'version', 'help'])) {
      const time = once(subjects[name]);
      // The first rounds fill the disk cache.
      if (round >= 3) times[name].push(time);
    }
  }
  const bare = median(times.bare);
  return [
    { what: 'node -e 0', value: `${bare.toFixed(0)} ms` },
    { what: '--version', value: `${(median(times.version) / bare).toFixed(2)} times`, wanted: 'at most 1.1' },
    { what: '--help', value: `${(median(times.help) / bare).toFixed(2)} times`, wanted: 'at most 1.4' },
  ];
};
