import { theAuthority } from '../../src/rehearsal/authority/authority.js';
import { derOf, thumbprintOf } from '../../src/rehearsal/authority/issue.js';
import { changeWorld } from '../../src/rehearsal/store.js';

/** Puts the root of each side's practice authority into the stores of the other side. */
export const trustEachOther = async (folder: string): Promise<void> => {
  for (const [side, other] of [
    ['dpm-server', 'protected-computer'],
    ['protected-computer', 'dpm-server'],
  ] as const) {
    const der = derOf((await theAuthority(folder, side)).root.certificate);
    await changeWorld(folder, (draft) => {
      for (const computer of draft.world.computers.filter(({ role }) => role === other)) {
        draft.of(computer).certificates.push({
          store: 'LocalMachine\\Root',
          der: der.toString('base64'),
          thumbprint: thumbprintOf(der),
          key: null,
        });
      }
    });
  }
};
