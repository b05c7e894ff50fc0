import type { Answer } from '../machine/questions.js';
import type { Machine } from '../machine/machine.js';

export type Installation = Answer<'installation'>;

/** True if an agent is there that can be configured: its folder is known and its service is registered. */
export const agentIsInstalled = (installation: Installation): boolean =>
  installation.role === 'protected-computer' &&
  installation.binFolder !== null &&
  installation.services.some(
    (service) => service.name.toUpperCase() === 'DPMRA' && service.state !== 'absent',
  );

export const agentText = (installation: Installation): string =>
  `DPM protection agent ${installation.version ?? 'of unknown version'} in ${installation.installPath ?? 'an unknown folder'}`;

/** Waits for nothing: the installation as it is now. */
export const askInstallation = async (machine: Machine): Promise<Installation> =>
  machine.ask('installation', {});
