import { describe, expect, it } from 'vitest';
import { parseInventory as parseBytes } from '../../src/answers/inventory.js';

const parseInventory = (text: string | Buffer, path: string) => parseBytes(Buffer.from(text), path);

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
    [
      'psName,colour\nFinance01,red\n',
      'c.csv',
      /line 1, column 2 cannot be read as CSV: "colour" is not a known column/,
    ],
    ['psName,userName\nFinance01,CORP\\mark\n', 'c.csv', /line 2, column 2 \(userName\): .*prefix/],
    ['psName\nFin*nce\n', 'c.csv', /line 2, column 1 \(psName\)/],
    ['psName\n', 'c.csv', /does not name a computer/],
    ['', 'c.yaml', /must be a list/],
    ['psName: Finance01', 'c.yaml', /must be a list/],
    ['- [', 'c.yaml', /cannot be read as YAML/],
    ['psName,userName\n"Finance01', 'c.csv', /line 2 cannot be read as CSV: A quotation mark is not closed/],
    ['- psName: A1\n  method: kerberos', 'c.yaml', /computer 1: method: /],
  ])('refuses %j', (text, path, why) => {
    expect(() => parseInventory(text, path)).toThrow(why);
  });

  it('refuses more computers than anybody has', () => {
    const rows = Array.from({ length: 10_001 }, (_, index) => `C${String(index)}`);
    expect(() => parseInventory(`psName\n${rows.join('\n')}\n`, 'c.csv')).toThrow(/The limit is 10000/);
  });
});

describe("an inventory as people's tools write it", () => {
  const expected = [
    { psName: 'Finance01', userName: 'müller', method: 'ntlm' },
    { psName: 'Finance02', userName: 'groß', method: null },
  ];
  const semicolons = 'psName;userName;method\r\nFinance01;müller;ntlm\r\nFinance02;groß;\r\n';
  const tabs = semicolons.replaceAll(';', '\t');
  const commas = semicolons.replaceAll(';', ',');
  const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

  it.each([
    [
      'Excel in Germany, "CSV (Trennzeichen-getrennt)": windows-1252, semicolons',
      Buffer.from(semicolons, 'latin1'),
    ],
    ['Excel, "CSV UTF-8": a mark, semicolons', Buffer.from(`\ufeff${semicolons}`)],
    ['Excel, "Unicode text": UTF-16 with tabs', wide(`\ufeff${tabs}`)],
    ['Excel with sep=', Buffer.from(`sep=;\r\n${semicolons}`, 'latin1')],
    ['LibreOffice: UTF-8, commas, quoted text', Buffer.from(commas.replaceAll(/[^,\r\n]+/g, '"$&"'))],
    ['LibreOffice in UTF-16 without a mark', wide(commas)],
    ['Notepad, "Unicode big endian"', Buffer.from(wide(`\ufeff${commas}`)).swap16()],
    [
      'Export-Csv of Windows PowerShell 5.1, -Encoding UTF8',
      Buffer.from(
        `\ufeff#TYPE System.Management.Automation.PSCustomObject\r\n${commas.replaceAll(/[^,\r\n]+/g, '"$&"')}`,
      ),
    ],
    ['Export-Csv -Encoding Unicode', wide(`\ufeff${commas.replaceAll(/[^,\r\n]+/g, '"$&"')}`)],
    ['lines that end with CR alone', Buffer.from(commas.replaceAll('\r\n', '\r'))],
    [
      'a header in another case, with spaces and hyphens',
      Buffer.from(commas.replace('psName,userName,method', 'PS Name, USERNAME ,Method')),
    ],
    ['the names of the flags', Buffer.from(commas.replace('psName,userName', 'ps-name,user-name'))],
    [
      'empty rows and columns that a spreadsheet leaves',
      Buffer.from(`${semicolons.replaceAll('\r\n', ';;\r\n')};;;;\r\n`),
    ],
  ])('%s', (_name, bytes) => {
    expect(parseBytes(bytes, 'c.csv')).toMatchObject(expected);
  });

  it('takes the separator from the header, so that a value can hold the other ones', () => {
    const text = 'psName;passwordFile\nFinance01;C:\\a,b\\p.txt\n';
    expect(parseInventory(text, 'c.csv')).toMatchObject([{ passwordFile: 'C:\\a,b\\p.txt' }]);
  });

  it.each([
    [
      'windows-1250: Excel in Poland',
      Buffer.from('psName;userName\nF1;pawe\xb3\n', 'latin1'),
      /line 2, column 8: a character is not UTF-8/,
    ],
    [
      'windows-1251: Excel in Russia',
      Buffer.from('psName;userName\nF1;\xec\xfe\xeb\xeb\xe5\xf0\n', 'latin1'),
      /line 2, column 4/,
    ],
    ['code page 850: ü', Buffer.from('psName;userName\nF1;m\x81ller\n', 'latin1'), /line 2, column 5/],
    ['code page 850: ß', Buffer.from('psName;userName\nF1;gro\xe1\n', 'latin1'), /line 2, column 7/],
    [
      'a letter that was lost before',
      Buffer.from('psName;userName\nF1;m\ufffdller\n'),
      /line 2, column 5: a character was lost/,
    ],
    [
      'Export-Csv of 5.1 without -Encoding: "?"',
      Buffer.from('"psName","userName"\r\n"F1","m?ller"\r\n'),
      /line 2, column 2 .*contains "\?"/,
    ],
    [
      'a date',
      Buffer.from('psName;userName\nF1;mark\n01. Mrz;mark\n'),
      /line 3, column 1 .*looks like a date/,
    ],
    ['a date in English', Buffer.from('psName\n1-Mar\n'), /line 2, column 1 .*looks like a date/],
    ['a number', Buffer.from('psName\n1,00E+05\n'), /line 2, column 2 .*without a name/],
    ['a number, quoted', Buffer.from('psName\n"1,00E+05"\n'), /line 2, column 1 .*looks like a number/],
    [
      'an error of a formula',
      Buffer.from('psName;userName\nF1;#NV\n'),
      /line 2, column 2 .*is a spreadsheet error/,
    ],
    [
      'a column twice',
      Buffer.from('psName,userName,PS-Name\nF1,mark,F2\n'),
      /line 1, column 3 .*psName appears twice: columns 1 and 3/,
    ],
    [
      'a cell without a column',
      Buffer.from('psName,userName\nF1,mark,extra\n'),
      /line 2, column 3 .*"extra" is in a column without a name/,
    ],
    [
      'a quotation mark in a cell',
      Buffer.from('psName,userName\nF1,"ma"rk\n'),
      /line 2 cannot be read as CSV: A cell contains a quotation mark/,
    ],
    [
      'a workbook instead of CSV',
      Buffer.from('PK\x03\x04\x00\x00\x08\x00psName', 'latin1'),
      /it is not a text file/,
    ],
    ['a column missing', Buffer.from('userName\nmark\n'), /line 2: psName|line 2: /],
  ])('refuses %s, in one sentence with the place', (_name, bytes, why) => {
    expect(() => parseBytes(bytes, 'c.csv')).toThrow(why);
  });

  it('lets a computer be named like a date in YAML', () => {
    expect(parseInventory('- psName: 1-Mar\n', 'c.yaml')).toMatchObject([{ psName: '1-Mar' }]);
  });
});
