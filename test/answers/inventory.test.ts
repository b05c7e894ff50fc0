import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../src/answers/inventory.js';

describe('inventories', () => {
  it('reads CSV with a header, also with semicolons, a byte-order mark and empty cells', () => {
    const csv = '\ufeffpsName;userName;method\r\nFinance01;mark;NTLM\r\n\r\nFinance02;;\r\n';
    expect(parseInventory(csv, 'c.csv')).toEqual([
      {
        at: 'line 2',
        psName: 'Finance01',
        userName: 'mark',
        method: 'ntlm',
        handover: null,
        psCredential: null,
        passwordFile: null,
      },
      {
        at: 'line 4',
        psName: 'Finance02',
        userName: null,
        method: null,
        handover: null,
        psCredential: null,
        passwordFile: null,
      },
    ]);
  });

  it('reads YAML and JSON', () => {
    expect(parseInventory('- psName: Finance01\n  handover: a.json\n', 'c.yaml')).toMatchObject([
      { psName: 'Finance01', handover: 'a.json' },
    ]);
    expect(parseInventory('[{"psName":"Finance01"}]', 'c.json')).toMatchObject([{ psName: 'Finance01' }]);
  });

  it.each([
    ['psName\nFinance01\nfinance01\n', 'c.csv', /finance01 twice: line 2 and line 3/],
    ['psName,colour\nFinance01,red\n', 'c.csv', /line 2: "colour" is no column/],
    ['psName,userName\nFinance01,CORP\\mark\n', 'c.csv', /line 2: userName: .*prefix/],
    ['psName\nFin*nce\n', 'c.csv', /line 2: psName/],
    ['psName\n', 'c.csv', /names no computer/],
    ['', 'c.yaml', /must be a list/],
    ['psName: Finance01', 'c.yaml', /must be a list/],
    ['- [', 'c.yaml', /cannot be read as YAML/],
    ['psName,userName\n"Finance01', 'c.csv', /cannot be read as CSV/],
    ['- psName: A1\n  method: kerberos', 'c.yaml', /computer 1: method/],
  ])('refuses %j', (text, path, why) => {
    expect(() => parseInventory(text, path)).toThrow(why);
  });

  it('refuses more computers than anybody has', () => {
    const rows = Array.from({ length: 10_001 }, (_, index) => `C${String(index)}`);
    expect(() => parseInventory(`psName\n${rows.join('\n')}\n`, 'c.csv')).toThrow(/at most 10000/);
  });
});
