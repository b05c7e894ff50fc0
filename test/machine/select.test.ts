import { expect, it } from 'vitest';
import { thisComputer } from '../../src/machine/select.js';

it('refuses the procedure without Windows, and names what works there', async () => {
  await expect(thisComputer({ platform: 'linux' })).rejects.toMatchObject({
    exitCode: 2,
    fix: [expect.stringContaining('--dry-run'), expect.stringContaining('--rehearse')],
  });
});
