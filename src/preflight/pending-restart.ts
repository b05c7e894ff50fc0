import { pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const pendingRestart: PreflightCheck = {
  id: 'pending-restart',
  title: 'Restart outstanding',
  required: 'Windows waits for no restart; an agent that was just installed works only after one.',
  source: errorTable(30, 48, 238, 325),
  severity: 'error',
  prevents: [30, 48, 238, 325],
  run: async (subject) => {
    const { restartPending, restartReasons } = await subject.computer();
    if (!restartPending) return pass('No restart is outstanding.');
    return warn(
      `Windows waits for a restart${restartReasons.length === 0 ? '' : ` (${restartReasons.join(', ')})`}.`,
      'Restart this computer when it suits; dpm-prep never does.',
    );
  },
};
