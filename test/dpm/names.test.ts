import { describe, expect, it } from 'vitest';
import {
  mayBeSameComputer,
  parseComputerName,
  parseDnsSuffix,
  parseUserName,
  sameName,
} from '../../src/dpm/names.js';

describe('computer names', () => {
  it.each([
    ['Server01', 'netbios'],
    ['FINANCE-01', 'netbios'],
    ['ABCDEFGHIJKLMNO', 'netbios'],
    ['Server01.corp.contoso.com', 'fqdn'],
    ['Büro-1', 'netbios'],
    [' Server01 ', 'netbios'],
  ])('takes %s as %s', (text, form) => {
    expect(parseComputerName(text)).toEqual({ ok: true, value: { text: text.trim(), form } });
  });

  it.each([
    ['', /empty/],
    ['ABCDEFGHIJKLMNOP', /16 characters.*at most 15/],
    ['Server 01', /contains " "/],
    ['Serv*r', /contains "\*"/],
    ['12345', /only digits/],
    ['-server', /hyphen/],
    ['CORP\\Server01', /account/],
    ['mark@corp.com', /account/],
    ['10.0.0.1', /IP address/],
    ['Server01.corp.', /ends with a dot/],
    ['Server01..com', /empty part/],
    [`a.${'b'.repeat(64)}.com`, /DNS label/],
    ['Server01\u200e', /contains/],
    ['Server01\n', null],
  ])('judges %j', (text, why) => {
    const parsed = parseComputerName(text);
    if (why === null) expect(parsed.ok).toBe(true);
    else expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(why) as string });
  });

  it('knows one name in one form, whatever its case', () => {
    expect(sameName('SERVER01', 'server01')).toBe(true);
    expect(sameName('Server01', 'Server01.corp.com')).toBe(false);
  });

  it.each([
    ['Finance01', 'finance01.widgets.corp.com', true],
    ['Finance01', 'Finance02.widgets.corp.com', false],
    ['Finance01.a.com', 'Finance01.b.com', false],
    ['ABCDEFGHIJKLMNO', 'ABCDEFGHIJKLMNOP.corp.com', true],
  ])('%s and %s may be the same computer: %s', (a, b, expected) => {
    expect(mayBeSameComputer(a, b)).toBe(expected);
    expect(mayBeSameComputer(b, a)).toBe(expected);
  });
});

describe('user names', () => {
  it.each(['mark', 'dpm backup', 'müller'])('takes %s', (text) => {
    expect(parseUserName(text)).toEqual({ ok: true, value: text });
  });
  it.each([
    ['CORP\\mark', /prefix/],
    ['mark@corp.com', /domain account/],
    ['a'.repeat(21), /21 characters/],
    ['a/b', /contains/],
    ['...', /dots/],
    ['', /empty/],
  ])('refuses %j', (text, why) => {
    expect(parseUserName(text)).toEqual({ ok: false, problem: expect.stringMatching(why) as string });
  });
});

describe('DNS suffixes', () => {
  it('takes one with a leading dot', () => {
    expect(parseDnsSuffix('.widgets.corp.com')).toEqual({ ok: true, value: 'widgets.corp.com' });
  });
  it.each(['', 'a..b', 'a b.com', '-a.com'])('refuses %j', (text) => {
    expect(parseDnsSuffix(text).ok).toBe(false);
  });
});

describe('what a terminal or a tool would act on', () => {
  it('is not allowed in a name', () => {
    expect(parseComputerName('Server\u008501').ok).toBe(false);
    expect(parseUserName('ma\u009brk').ok).toBe(false);
    expect(parseUserName('-UpdatePassword').ok).toBe(false);
    expect(parseUserName('ma-rk').ok).toBe(true);
  });
});
