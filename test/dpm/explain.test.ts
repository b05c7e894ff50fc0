import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Explainer, explainText } from '../../src/dpm/explain.js';

const ids = (text: string): readonly string[] => explainText(text).seen.map(({ error }) => error.id);

describe('ids in free text', () => {
  it.each([
    ['DPM failed with error 30', ['30']],
    ['Error ID 48.', ['48']],
    ['ID 30 Details: …', ['30']],
    ['The certificate was refused (ID: 33234)', ['33234']],
    ['<ErrorInfo ErrorCode="270" DetailedCode="-2147023174" DetailedSource="2">', ['270', '0x800706BA']],
    ['something 33231 something', ['33231']],
    ['33231', ['33231']],
    ['failed: 0x80070005', ['0x80070005']],
    ['failed: 0x800706ba, then HRESULT=0X80004005.', ['0x800706BA', '0x80004005']],
    ['errors 270, 308 and 316 were seen', ['270', '308', '316']],
    ['Data Protection Manager Error ID: 296', ['296']],
    ['Fehler 319', ['319']],
    ['DPM ID: 32689', ['32689']],
    ['Event ID: 10016, source DCOM', ['10016']],
    ['event 7024: the DPMRA service terminated with 10048', ['7024', '10048']],
    ['the installer ended with exit code 3010', ['3010']],
    ['Fehler: (ID: 32680)\u0000', ['32680']],
  ])('%s', (text, expected) => {
    expect(ids(text)).toEqual(expected);
  });

  it.each([
    'copied 30 files in 41 seconds',
    '30',
    'process id 316, thread ID 42, PID 308',
    'Process ID: 33234',
    'listening on port 33234',
    'wrote 33234 bytes',
    'took 33231 ms',
    '2024-11-30 12:48:42.316 server 10.0.0.30 version 5.0.313.0',
    '{33234000-33234-33234}',
    'C:\\33234\\x and /33234/y',
    'abc33234 33234abc 33234-1 a-33234 332340',
    '1,33234 33234.5',
    'exit code 30',
    'Event ID: 42',
    'product code 303',
    'an ordinary 0x1234 and -5',
  ])('is not taken in by: %s', (text) => {
    expect(ids(text)).toEqual([]);
  });

  it('sums up: how often, first and last line, the most frequent first', () => {
    const { seen, lines } = explainText('a\nerror 41\r\n(ID: 33234)\nb\n(ID: 33234) and error 33234\n');
    expect(lines).toBe(6);
    expect(
      seen.map(({ error: { id }, count, firstLine, lastLine }) => ({ id, count, firstLine, lastLine })),
    ).toEqual([
      { id: '33234', count: 3, firstLine: 3, lastLine: 5 },
      { id: '41', count: 1, firstLine: 2, lastLine: 2 },
    ]);
  });

  it('names what the text calls an error and the table does not have', () => {
    const { seen, unknown } = explainText('error 998 error 998 (ID: 33999) 12345 error 0x80131500');
    expect(seen).toEqual([]);
    expect(unknown.map(({ id, count }) => [id, count])).toEqual([
      ['998', 2],
      ['33999', 1],
      ['0x80131500', 1],
    ]);
    const many = Array.from({ length: 500 }, (_, index) => `error ${String(50_000 + index)}`).join('\n');
    expect(explainText(many)).toMatchObject({ unknown: { length: 200 }, moreUnknown: 300 });
  });

  it('reads a long line to its end, as one line', () => {
    const { seen, lines } = explainText(
      `${'x '.repeat(30_000)}error 30 ${'y'.repeat(20_000)} 33234\nerror 30`,
    );
    expect(seen.map(({ error, count, lastLine }) => [error.id, count, lastLine])).toEqual([
      ['30', 2, 2],
      ['33234', 1, 1],
    ]);
    expect(lines).toBe(2);
  });

  it('works line by line as on a whole text', () => {
    const explainer = new Explainer();
    explainer.line('error 30');
    explainer.line('error 30');
    expect(explainer.result()).toEqual(explainText('error 30\nerror 30'));
  });

  it('never throws, whatever the text is', () => {
    const pieces = fc.constantFrom(
      'error',
      ' ',
      '(',
      'ID:',
      '33234',
      '0x80070005',
      '-',
      '9'.repeat(40),
      '\u0000',
      'é',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (parts) => {
        const { seen } = explainText(parts.join(''));
        for (const { count, firstLine, lastLine } of seen) {
          expect(count).toBeGreaterThan(0);
          expect(lastLine).toBeGreaterThanOrEqual(firstLine);
        }
      }),
    );
  });

  it('hostile lines take no more time than others of their length', () => {
    for (const unit of ['error ', '(((((', '0x', '-', '1', 'aé', 'id id ', '33234,', ' ']) {
      const text = unit.repeat(4_096);
      const lines = Array.from({ length: 50 }, () => text);
      const began = process.cpuUsage();
      explainText(lines.join('\n'));
      const { user } = process.cpuUsage(began);
      expect(user, JSON.stringify(unit)).toBeLessThan(5_000_000);
    }
  });
});

const summary = (text: string) =>
  explainText(text).seen.map(({ error, count, last }) => [error.id, count, last.line]);

describe('HRESULTs are known by their form, and never left out in silence', () => {
  it.each([
    ['MS-ERREF: CRYPT_E_NO_REVOCATION_CHECK', 'x 0x80092012 y', '0x80092012'],
    ['after a comma, as in a CSV', 'job,0x80070643,failed', '0x80070643'],
    ['in braces', '{0x80090016}', '0x80090016'],
    ['with a C suffix', 'hr == 0x800B0109L', '0x800B0109'],
    ['with the sign of a 64-bit program', '0xffffffff80072746', '0x80072746'],
    ['as a signed decimal', 'ended with -2147023174', '0x800706BA'],
    ['as a signed decimal after a comma', 'x,-2146885613', '0x80092013'],
    ['without 0x, where the text calls it an error', 'hr = 8007274d', '0x8007274D'],
    ['as an errlog of DPM writes it (KB articles)', 'Failed: Hr: = [0x80070721] : x', '0x80070721'],
  ])('%s', (_source, text, id) => {
    expect(ids(text)).toEqual([id]);
  });

  it.each([
    ['a Win32 code in an HRESULT', '0x8007173D', 'Windows error 5949; its text: net helpmsg 5949'],
    ['a code of DPM itself (KB 3082409)', '0x8099090E', 'DPM itself'],
    ['a code of Windows backup', '0x80780054', 'Windows backup'],
    ['a facility without a name', '0x8FFF0001', 'facility 2047, code 1'],
    ['an NTSTATUS', '0xC0000022', 'NTSTATUS'],
  ])('%s that is not in the table says what its form says', (_name, id, form) => {
    const { unknown, seen } = explainText(`something ${id} happened`);
    expect(seen).toEqual([]);
    expect(unknown).toMatchObject([{ id, count: 1, form: expect.stringContaining(form) as string }]);
  });

  it.each([
    '0x80000002',
    'flags 0x80000000',
    '0x12345678',
    '0x0000000000407B50',
    '4000000000',
    'at 0x7FFE1234ABCD',
  ])('does not take %s for one', (text) => {
    expect(explainText(text)).toMatchObject({ seen: [], unknown: [] });
  });
});

describe('lines of an errlog of DPM', () => {
  // The shape that Microsoft's articles show.
  const line =
    '44B4 3968 10/21 21:02:21.611 71 backupasync.cpp(1184) [000000001B73B830] 0517B3DB-347D-45A8-9DAB-FD7D1EA7D134 WARNING Failed: Hr: = [0x80070005] Access';

  it('gives the time and the level of the last occurrence', () => {
    const later = line.replace('21:02:21.611', '23:59:00.001').replace('WARNING', 'FATAL');
    const { seen } = explainText(`${line}\n${later}\n`);
    expect(seen).toMatchObject([
      { count: 2, firstLine: 1, lastLine: 2, last: { time: '10/21 23:59:00.001', level: 'FATAL', line: 2 } },
    ]);
  });

  it('does not take a process, a thread or a place in the source for an error', () => {
    expect(
      ids('33234 10048 10/21 21:02:21.611 71 file.cpp(33231) [0000000033234000] NORMAL all is well'),
    ).toEqual([]);
    expect(ids('33234 10048 10/21 21:02:21.611 71 file.cpp(33231) NORMAL error 41')).toEqual(['41']);
  });

  it('reads the shape in which they are passed on', () => {
    const { unknown } = explainText(
      'N2-DPMRACurr.errlog:0900  9-May 4:00:45 PM csvapi.cpp(400)            WARNING  Failed: Hr: = [0x8007173d] : x',
    );
    expect(unknown).toMatchObject([
      { id: '0x8007173D', last: { time: '9-May 4:00:45 PM', level: 'WARNING' } },
    ]);
  });

  it('reads the details of an error (KB 3082409)', () => {
    const { seen, unknown } = explainText(
      'DPM failed to communicate with the protection agent on X because the agent is not responding. (ID 43 Details: Internal error code: 0x8099090E)',
    );
    expect(seen.map(({ error }) => error.id)).toEqual(['43']);
    expect(unknown.map(({ id }) => id)).toEqual(['0x8099090E']);
  });
});

describe('texts without an id', () => {
  it.each([
    [
      'The protection agent operation failed because it could not access the protection agent on FINANCE01. FINANCE01 may be running DPM, or the DPM protection agent may have been installed by another DPM server.',
      302,
    ],
    [
      'The protection agent operation failed because DPM detected an unknown DPM protection agent on FINANCE01.',
      307,
    ],
  ])('%s', (text, id) => {
    expect(summary(`a\n${text}\nb`)).toEqual([[String(id), 1, 2]]);
    // The console writes both, and that is one error.
    expect(summary(`${text}\n(ID ${String(id)})`)).toEqual([[String(id), 1, 2]]);
  });
});

describe('event 10016', () => {
  const ours = '{2DF31D97-33CC-4966-8FF9-F47C90F7D0F3}';
  it.each([
    'Event ID: 10016',
    'Ereignis-ID 10016',
    'Ereignis-ID:    10016',
    'ID de evento: 10016',
    "ID d'événement : 10016",
    "ID d'e\u0301ve\u0301nement : 10016",
    'Код события: 10016',
    'イベント ID: 10016',
    'Identyfikator-ID 10016',
    '10016',
  ])('%s', (text) => {
    expect(ids(text)).toEqual(['10016']);
  });

  it.each(['Prozess-ID 10016', 'Process ID: 10016', 'Thread-ID 10016', 'Port 10016'])('is not %s', (text) => {
    expect(ids(text)).toEqual([]);
  });

  it('is about the agent where the text names its AppID, also some lines later', () => {
    const text = `Ereignis-ID 10016\nDie Berechtigungen … für die COM-Serveranwendung mit der CLSID\n{X}\nund der APPID\n${ours}\n`;
    const [seen] = explainText(text).seen;
    expect(seen).toMatchObject({ count: 1, note: expect.stringContaining('about the agent') as string });
    expect(explainText(`APPID ${ours}`).seen[0]).toMatchObject({ error: { id: '10016' }, count: 1 });
    expect(
      explainText('Event ID 10016\nAPPID {15C20B67-12E7-4BB6-92BB-7AFF07997402}').seen[0]?.note,
    ).toContain('an AppID that is not that of');
    expect(explainText('Event ID 10016').seen[0]?.note).toBeNull();
  });
});

it('keeps the last occurrence with its text', () => {
  const { seen } = explainText(
    '2026-11-27 06:00:00 error 41 first\nnothing\n2026-11-27 07:00:00 error 41 last',
  );
  expect(seen[0]).toMatchObject({
    count: 2,
    firstLine: 1,
    last: { line: 3, time: '2026-11-27 07:00:00', text: '2026-11-27 07:00:00 error 41 last' },
  });
});

it('knows how Windows Installer ends in its own log', () => {
  expect(ids('MSI (s) (A4:10) [10:11:12:123]: MainEngineThread is returning 1603')).toEqual(['1603']);
  expect(ids('Installation success or error status: 1603.')).toEqual(['1603']);
  expect(ids('wrote 1603 rows')).toEqual([]);
});

it('shows of a long line the part with the error, and cuts no value in two', () => {
  const value = '"0x80070643",';
  const long = `${value.repeat(3_000)} error 33234 ${'y'.repeat(1_000)}`;
  const { seen } = explainText(long);
  expect(seen.map(({ error, count }) => [error.id, count])).toEqual([
    ['0x80070643', 3_000],
    ['33234', 1],
  ]);
  expect(seen[1]?.last.text).toContain('error 33234');
});
