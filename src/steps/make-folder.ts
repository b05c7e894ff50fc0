import { page } from '../dpm/source.js';
import type { Side, Step } from './step.js';

/** The output folder must exist before the tool runs ("Ensure that the C:\Temp folder exists"). */
export const makeFolder = (side: Side, path: string): Step => ({
  id: 'make-output-folder',
  title: 'Make the folder for the credential file',
  side,
  source: page('Configure a certificate on the DPM server'),
  probe: async (machine) => {
    const entry = await machine.files.stat(path);
    if (entry?.kind === 'folder') return { state: 'done', found: `${path} exists.` };
    return { state: 'not-done', found: `${path} does not exist.` };
  },
  command: () => ({ kind: 'make-folder', path }),
  verify: async (machine) =>
    (await machine.files.stat(path))?.kind === 'folder'
      ? { state: 'verified', found: `${path} exists.` }
      : { state: 'not-verified', found: `${path} does not exist` },
});
