import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/registry.js';
import { placedText } from '../../src/application/where-the-reader-stands.js';
import { adviceText } from '../../src/show/wrap.js';

const placing = {
  place: { world: '/tmp/my pair', on: 'protected-computer' },
  names: new Set(commands.map(({ name }) => name)),
};

describe('a command in a rehearsal', () => {
  it.each([
    ['Then run: dpm-prep resume', "Then run: dpm-prep resume --world '/tmp/my pair' --on protected-computer"],
    [
      'If it stopped, "dpm-prep status" says how far it came.',
      `If it stopped, "dpm-prep status --world '/tmp/my pair' --on protected-computer" says how far it came.`,
    ],
    [
      'Run on the DPM server: dpm-prep attach --handover Finance01.handover.json',
      "Run on the DPM server: dpm-prep attach --handover Finance01.handover.json --world '/tmp/my pair' --on dpm-server",
    ],
    [
      'dpm-prep set-dpm-server --auth ntlm --user-name mark --rehearse --yes',
      "dpm-prep set-dpm-server --auth ntlm --user-name mark --rehearse --yes --world '/tmp/my pair' --on protected-computer",
    ],
    ['dpm-prep status --world /a --on dpm-server', 'dpm-prep status --world /a --on dpm-server'],
    ['dpm-prep explain 33234', 'dpm-prep explain 33234'],
    ['dpm-prep waits for it.', 'dpm-prep waits for it.'],
    ['See /opt/dpm-prep attach', 'See /opt/dpm-prep attach'],
    [
      'dpm-prep waits without a limit. Then run: dpm-prep import-cert FILE --install-chain',
      "dpm-prep waits without a limit. Then run: dpm-prep import-cert FILE --install-chain --world '/tmp/my pair' --on protected-computer",
    ],
    [
      "dpm-prep import-cert --yes -- '-my.pfx'",
      "dpm-prep import-cert --yes --world '/tmp/my pair' --on protected-computer -- '-my.pfx'",
    ],
  ])('%s', (text, expected) => {
    expect(placedText(text, placing)).toBe(expected);
  });
});

describe('advice that ends in a command', () => {
  it('keeps the command on one line of its own', () => {
    const command = `dpm-prep resume --world /${'w'.repeat(90)} --on dpm-server`;
    expect(adviceText(`After you fix the problem, run: ${command}`, 60, '  ')).toBe(
      `After you fix the problem, run:\n  ${command}`,
    );
  });
});
