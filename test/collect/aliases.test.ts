import { describe, expect, it } from 'vitest';
import { Aliases } from '../../src/collect/aliases.js';

const aliases = (): Aliases => {
  const made = new Aliases();
  made.add('computer', 'Finance01.widgets.corp.com');
  made.add('computer', 'Server01');
  made.add('user', 'mark');
  made.add('domain', 'WORKGROUP');
  return made;
};

describe('names in a text that is passed on', () => {
  it.each([
    ['Finance01.widgets.corp.com', 'computer-1.domain-1'],
    ['FINANCE01 and finance01', 'computer-1 and computer-1'],
    ['CertificateConfiguration_Finance01.bin', 'CertificateConfiguration_computer-1.bin'],
    ['-UserName mark -DpmServerName Server01', '-UserName user-1 -DpmServerName computer-2'],
    ['Server01\\mark', 'computer-2\\user-1'],
    ['\\\\SERVER01\\share', '\\\\computer-2\\share'],
    ['market, Server010', 'market, Server010'],
    ['workgroup WORKGROUP', 'workgroup WORKGROUP'],
    ['10.20.30.40 to 10.20.30.41, then 10.20.30.40', 'address-1 to address-2, then address-1'],
    ['fe80::1ff:fe23:4567:890a%12', 'address-1'],
    ['S-1-5-21-1004336348-1177238915-682003330-512', 'sid-1'],
    ['S-1-5-32-544', 'S-1-5-32-544'],
    ['C:\\Users\\m.miller\\Desktop', 'C:\\Users\\profile-1\\Desktop'],
    ['mark.miller@contoso.com', 'mail-1'],
    ['at 2026-11-24T15:47:15.123Z', 'at 2026-11-24T15:47:15.123Z'],
  ])('%s', (text, hidden) => {
    expect(aliases().replace(text)).toBe(hidden);
  });

  it('of a computer may be any text: nothing of it is a pattern', () => {
    const made = new Aliases();
    made.add('user', 'a+b(c');
    expect(made.replace('a+b(c is not aab(c')).toBe('user-1 is not aab(c');
  });
});
