import { describe, expect, it } from 'vitest';
import { answeredText, choiceList } from '../../src/show/choice-list.js';
import { rowLines } from '../../src/show/rows.js';
import { wrap } from '../../src/show/wrap.js';

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('a text on the screen', () => {
  it('is broken at spaces, and its later lines are as wide as the first', () => {
    const text = wrap('one two three four five six seven eight', 14, '    ');
    expect(text).toBe('one two three\n    four five six\n    seven eight');
  });

  it.each([
    ['Open it: netsh advfirewall firewall add rule name="dpmra" dir=in action=allow', 'netsh adv'],
    ['Completed steps stay in place. To continue, run: dpm-prep resume --world C:\\Worlds', 'dpm-prep r'],
  ])('has its command on one line: %s', (text, begins) => {
    const lines = wrap(text, 30, '  ').split('\n  ');
    expect(lines.at(-1)).toMatch(new RegExp(`^${begins}`));
    expect(text.endsWith(lines.at(-1) ?? '')).toBe(true);
  });

  it('is not broken where it is nothing but a command', () => {
    const command =
      'netsh advfirewall firewall add rule name="dpmra" dir=in action=allow program="C:\\Program Files\\a.exe"';
    expect(wrap(command, 30, '  ')).toBe(command);
  });

  it('keeps a quoted command whole, and breaks the sentence around it', () => {
    const text = wrap(
      'It works. Run "dpm-prep status --json" there, and read what it says of the agent.',
      40,
    );
    expect(text).toMatch(/"dpm-prep status --json"/);
    expect(widest(text)).toBeLessThanOrEqual(40);
  });

  it('is broken where a sentence only begins with the name of the program', () => {
    const text = wrap('The tool still works: dpm-prep waits until it has ended, and says so here.', 40);
    expect(widest(text)).toBeLessThanOrEqual(40);
  });
});

describe('a row', () => {
  it('has the later lines of its value under the first', () => {
    expect(rowLines([['Role', 'protected computer (agent installed)']], 36, 10)).toEqual([
      '  Role        protected computer',
      '              (agent installed)',
    ]);
  });

  it('has a command of its value on one line', () => {
    const command = 'dpm-prep update-password --dpm-server-name Server01 --ps-name Finance01';
    const lines = rowLines([['Left to do', `Set it there too: ${command}`]], 60, 15);
    expect(lines.map((line) => line.trim())).toEqual(['Left to do       Set it there too:', command]);
  });
});

describe('a list of choices', () => {
  const choices = Array.from({ length: 12 }, (_, at) => ({
    value: String(at),
    name: `Choice ${String(at)}`,
  }));

  it('says while the cursor is at a choice where there are more', () => {
    const { choices: shown, pageSize } = choiceList(choices, 'Which?', { columns: 80, rows: 12 });
    expect(pageSize).toBe(6);
    expect(shown[0]?.description).toBe('(More choices below)');
    expect(shown[6]?.description).toBe('(More choices above and below)');
    expect(shown[11]?.description).toBe('(More choices above)');
  });

  it('says nothing where it fits', () => {
    const { choices: shown, pageSize } = choiceList(choices, 'Which?', { columns: 80, rows: 24 });
    expect(pageSize).toBe(12);
    expect(shown.every(({ description }) => description === undefined)).toBe(true);
  });

  it('breaks long choices and long answers at spaces', () => {
    const name = 'With the handover file Finance01, certificate, from the folder of the exchange';
    const { choices: shown } = choiceList([{ value: 'a', name }], 'Which file?', { columns: 40, rows: 24 });
    expect(widest(shown[0]?.name ?? '')).toBeLessThanOrEqual(38);
    expect(answeredText(name, 'Which file?', 40)).toMatch(/^\n {2}With the handover file/);
    expect(answeredText('short', 'Which file?', 40)).toBe('short');
  });
});
