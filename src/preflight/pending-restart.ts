import { pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const pendingRestart: PreflightCheck = {
  id: 'pending-restart',
  title: 'Pending restart',
  required: 'No restart of Windows is pending. A newly installed agent may work only after a restart.',
  source: errorTable(30, 48, 238, 325),
  severity: 'error',
  prevents: [30, 48, 238, 325],
  run: async (subject) => {
    const { restartPending, restartReasons } = await subject.computer();
    if (!restartPending) return pass('No restart is pending.');
    return warn(
      `A restart of Windows is pending${restartReasons.length === 0 ? '' : ` (${restartReasons.join(', ')})`}.`,
      'Restart this computer when it suits you. dpm-prep never restarts it.',
    );
  },
};
