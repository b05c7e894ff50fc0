import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/checks/check.js';
import { commands } from '../../src/commands/registry.js';
import { placedFindings, placedText, type Placing } from '../../src/application/where-the-reader-stands.js';
import { wrap } from '../../src/show/wrap.js';

const placing: Placing = {
  practice: {
    world: '/tmp/my pair',
    on: 'protected-computer',
    side: 'protected-computer',
    computers: [
      { name: 'Server01', side: 'dpm-server' },
      { name: 'Finance01', side: 'protected-computer' },
    ],
  },
  again: "dpm-prep remove --ps-name 'Finance 01'",
  sides: new Map(commands.map(({ name, side }) => [name, side ?? null])),
};
const onServer: Placing = {
  ...placing,
  practice: {
    world: '/w',
    on: 'dpm-server',
    side: 'dpm-server',
    computers: [
      { name: 'Server01', side: 'dpm-server' },
      { name: 'Node1', side: 'protected-computer' },
      { name: 'Node2', side: 'protected-computer' },
    ],
  },
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

describe('the computer that a command is for', () => {
  it.each([
    ['The agent must be installed first: dpm-prep install-agent', 'protected-computer'],
    ['Run there: dpm-prep set-dpm-server', 'protected-computer'],
    ['dpm-prep attach', 'dpm-server'],
    ['The DPM server has it. On this computer: dpm-prep preflight', 'dpm-server'],
    ['Begin on the DPM server. Then, on the protected computer: dpm-prep preflight', 'protected-computer'],
    ['On the protected computer it is set. Set it here: dpm-prep update-password', 'dpm-server'],
  ])('%s', (text, on) => {
    expect(placedText(text, onServer)).toBe(`${text} --world /w --on ${on}`);
  });

  it('is the one that the text names', () => {
    expect(placedText('Run on the protected computer NODE2.corp: dpm-prep status', onServer)).toMatch(
      / --on Node2$/,
    );
  });

  it('is the one that has the next step, by its name where there are several', () => {
    const next = { side: 'protected-computer', computer: 'NODE2.widgets.corp.com' } as const;
    expect(placedText('Check it first: dpm-prep preflight', onServer, next)).toMatch(/ --on Node2$/);
    expect(placedText('dpm-prep set-dpm-server', onServer, next)).toMatch(/ --on Node2$/);
    expect(placedText('Or here: dpm-prep preflight', onServer, next)).toMatch(/ --on dpm-server$/);
  });
});

it('a finding is advice for the computer that it is about', () => {
  const finding = {
    subject: 'NODE2.widgets.corp.com',
    fix: ['On this computer: dpm-prep preflight', 'dpm-prep attach'],
  } as const;
  expect(placedFindings([finding as unknown as Finding], onServer)[0]?.fix).toEqual([
    'On this computer: dpm-prep preflight --world /w --on Node2',
    'dpm-prep attach --world /w --on dpm-server',
  ]);
});

it.each([
  [
    'Then delete the account: net user mark /delete',
    'Then delete the account (only on a real computer): net user mark /delete',
  ],
  ['netsh advfirewall show', 'Only on a real computer: netsh advfirewall show'],
])('a command of Windows is not for the real computer during a rehearsal: %s', (text, expected) => {
  expect(placedText(text, onServer)).toBe(expected);
  expect(placedText(expected, onServer)).toBe(expected);
  expect(placedText(text, { ...onServer, practice: null })).toBe(text);
});

describe('the command that ran', () => {
  it('is printed with every answer that was given', () => {
    expect(placedText('Then run: dpm-prep again', { ...placing, practice: null })).toBe(
      "Then run: dpm-prep remove --ps-name 'Finance 01'",
    );
    expect(placedText('Then run: dpm-prep again --import-root AB', placing)).toBe(
      "Then run: dpm-prep remove --ps-name 'Finance 01' --import-root AB --world '/tmp/my pair' --on protected-computer",
    );
    expect(placedText('"dpm-prep again --submit" submits it.', { ...placing, practice: null })).toBe(
      `"dpm-prep remove --ps-name 'Finance 01' --submit" submits it.`,
    );
  });

  it('keeps a file name that looks like a flag at the end', () => {
    const given = { ...placing, practice: null, again: 'dpm-prep import-cert -- -my.pfx' };
    expect(placedText('Run: dpm-prep again --strict', given)).toBe(
      'Run: dpm-prep import-cert --strict -- -my.pfx',
    );
  });
});

describe('advice that ends in a command', () => {
  it('keeps the command on one line of its own', () => {
    const command = `dpm-prep resume --world /${'w'.repeat(90)} --on dpm-server`;
    expect(wrap(`After you fix the problem, run: ${command}`, 60, '  ')).toBe(
      `After you fix the problem, run:\n  ${command}`,
    );
  });
});
