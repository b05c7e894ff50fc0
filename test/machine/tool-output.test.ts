import { describe, expect, it } from 'vitest';
import { codePage437, codePage850, codePage852 } from '../../src/machine/code-pages.js';
import { ToolOutputDecoder, type CodePageHint } from '../../src/machine/tool-output.js';

// What each code page makes of these letters, byte by byte from the published tables, not from our own.
const bytesOf: Record<'437' | '850' | '1252', Record<string, number>> = {
  '437': {
    ä: 0x84,
    ö: 0x94,
    ü: 0x81,
    Ä: 0x8e,
    Ö: 0x99,
    Ü: 0x9a,
    ß: 0xe1,
    é: 0x82,
    è: 0x8a,
    à: 0x85,
    ç: 0x87,
    ñ: 0xa4,
    ó: 0xa2,
  },
  '850': {
    ä: 0x84,
    ö: 0x94,
    ü: 0x81,
    Ä: 0x8e,
    Ö: 0x99,
    Ü: 0x9a,
    ß: 0xe1,
    é: 0x82,
    è: 0x8a,
    à: 0x85,
    ç: 0x87,
    ñ: 0xa4,
    ó: 0xa2,
    À: 0xb7,
    Á: 0xb5,
    ã: 0xc6,
    õ: 0xe4,
    ø: 0x9b,
    Í: 0xd6,
    ú: 0xa3,
  },
  '1252': {
    ä: 0xe4,
    ö: 0xf6,
    ü: 0xfc,
    Ä: 0xc4,
    Ö: 0xd6,
    Ü: 0xdc,
    ß: 0xdf,
    é: 0xe9,
    è: 0xe8,
    à: 0xe0,
    ç: 0xe7,
    ñ: 0xf1,
    ó: 0xf3,
    À: 0xc0,
    Á: 0xc1,
    ã: 0xe3,
    õ: 0xf5,
    ø: 0xf8,
    '–': 0x96,
    '’': 0x92,
  },
};

const encode = (page: '437' | '850' | '1252', text: string): Buffer =>
  Buffer.from(
    Array.from(text).map((c) => (c.charCodeAt(0) < 0x80 ? c.charCodeAt(0) : (bytesOf[page][c] ?? -1))),
  );

const linesOf = (bytes: Buffer, hint?: CodePageHint, chunk = bytes.length): string[] => {
  const lines: string[] = [];
  const decoder = new ToolOutputDecoder((line) => lines.push(line), hint);
  for (let at = 0; at < bytes.length; at += chunk) decoder.push(bytes.subarray(at, at + chunk));
  decoder.end();
  return lines;
};

const german =
  'Der Vorgang wurde für den Benutzer Jürgen erfolgreich ausgeführt. Schlüssel und Größe geprüft.';
const french = 'La stratégie de sécurité a été modifiée à la demande; la clé privée n est pas reçue.';
const portuguese = 'A configuração não foi concluída? Não, as permissões já são corretas: ação, informações.';

describe('finding out the encoding of a tool', () => {
  it('has the code pages whole', () => {
    expect(Array.from(codePage437)).toHaveLength(128);
    expect(Array.from(codePage850)).toHaveLength(128);
    expect(Array.from(codePage852)).toHaveLength(128);
    expect(codePage437).toHaveLength(128);
    expect(codePage850).toHaveLength(128);
  });

  it.each([
    ['437', german],
    ['850', german],
    ['1252', german],
    ['437', french],
    ['850', french],
    ['1252', french],
  ] as const)('reads code page %s: %s', (page, text) => {
    expect(linesOf(encode(page, `${text}\r\n`))).toEqual([text]);
  });

  it('tells 850 from 437 by letters that only one of them has', () => {
    const text = 'NÃO É POSSÍVEL: as permissões não são corretas';
    const upper: Record<string, number> = { ...bytesOf['850'], Ã: 0xc7, É: 0x90 };
    const bytes = Buffer.from(
      Array.from(text).map((c) => (c.charCodeAt(0) < 0x80 ? c.charCodeAt(0) : (upper[c] ?? -1))),
    );
    expect(linesOf(bytes)).toEqual([text]);
  });

  it('reads UTF-8, also cut between its bytes', () => {
    const text = `${german} ${portuguese} „Zitat“ – 日本`;
    expect(linesOf(Buffer.from(`${text}\n`), undefined, 3)).toEqual([text]);
  });

  it.each([
    ['with a mark', Buffer.from(`\ufeff${german}\r\nzweite Zeile`, 'utf16le')],
    ['without a mark', Buffer.from(`${german}\r\nzweite Zeile`, 'utf16le')],
  ])('reads UTF-16 %s, also cut between its bytes', (_, bytes) => {
    expect(linesOf(bytes, undefined, 5)).toEqual([german, 'zweite Zeile']);
  });

  // Bytes from other tables than ours: Python's codecs.
  it.each([
    ['932', '932', 'アクセスが拒否されました', '8341834e835a835882aa8b9194db82b382ea82dc82b582bd'],
    ['936', '936', '拒绝访问。', 'bedcbef8b7c3cecaa1a3'],
    ['949', '949', '액세스가 거부되었습니다.', 'bed7bcbcbdbab0a120b0c5baceb5c7befabdc0b4cfb4d92e'],
    ['950', '950', '存取被拒。', 'a673a8fab351a9daa143'],
    [
      '852',
      '1250',
      'Přístup byl odepřen, požadovaná služba neběží',
      '50fda1737475702062796c206f646570fd656e2c20706fa761646f76616ea020736c75a76261206e6562d8a7a1',
    ],
    [
      '852',
      '1250',
      'Przełącznik został źle użyty, żądanie odrzucono',
      '50727a65b3b9637a6e696b207a6f737461b3209f6c652075bf7974792c20bfb964616e6965206f64727a75636f6e6f',
    ],
    [
      '866',
      '1251',
      'Отказано в доступе. Служба не запущена',
      '8ee2aaa0a7a0adae20a220a4aee1e2e3afa52e2091abe3a6a1a020ada520a7a0afe3e9a5ada0',
    ],
    [
      '866',
      '1251',
      'Отказано в доступе. Служба не запущена',
      'cef2eae0e7e0edee20e220e4eef1f2f3efe52e20d1ebf3e6e1e020ede520e7e0eff3f9e5ede0',
    ],
    ['874', '874', 'การเข้าถึงถูกปฏิเสธ', 'a1d2c3e0a2e9d2b6d6a7b6d9a1bbafd4e0cab8'],
    ['1253', '1253', 'Δεν επιτρέπεται η πρόσβαση', 'c4e5ed20e5f0e9f4f1ddf0e5f4e1e920e720f0f1fcf3e2e1f3e7'],
    ['1254', '1254', 'Erişim engellendi, ğüşıöç', '457269fe696d20656e67656c6c656e64692c20f0fcfefdf6e7'],
    ['1255', '1255', 'הגישה נדחתה', 'e4e2e9f9e420f0e3e7fae4'],
    ['1256', '1256', 'تم رفض الوصول', 'cae320d1ddd620c7e1e6d5e6e1'],
    ['1257', '1257', 'Prieiga uždrausta, šįąčęė', '507269656967612075fe647261757374612c20f0e1e0e8e6eb'],
    ['1258', '1258', 'Truy câp bê tù chôi', '547275792063e2702062ea2074f9206368f469'],
    ['1250', '1250', 'Dostęp zabroniony', '446f7374ea70207a6162726f6e696f6e79'],
    ['1251', '1251', 'Отказано', 'cef2eae0e7e0edee'],
    ['1252', '1252', 'Zugriff für Jürgen', '5a7567726966662066fc72204afc7267656e'],
  ])('reads code page %s (%s beside it): %s', (oem, ansi, text, hex) => {
    expect(linesOf(Buffer.from(hex, 'hex'), { oem, ansi })).toEqual([text]);
  });

  it('draws boxes where a table is drawn', () => {
    expect(linesOf(Buffer.from([0xc9, 0xcd, 0xcd, 0xcd, 0xbb, 0x0a, 0xba, 0x20, 0x20, 0x20, 0xba]))).toEqual([
      '╔═══╗',
      '║   ║',
    ]);
  });

  it('takes what the system says where the bytes do not decide', () => {
    const sign = Buffer.from([0x41, 0x20, 0xa9, 0x20, 0x42]);
    expect(linesOf(sign, { oem: '850', ansi: '1252' })).toEqual(['A ® B']);
  });

  it('lets a clear line decide for an unclear one after it', () => {
    const lines = linesOf(
      Buffer.concat([encode('1252', `${german}\n`), Buffer.from([0x41, 0x20, 0xa9, 0x0a])]),
    );
    expect(lines).toEqual([german, 'A ©']);
  });

  it('ends lines at CR LF, LF and CR, and gives the last one without an end', () => {
    expect(linesOf(Buffer.from('one\r\ntwo\nthree\rPassword: '), undefined, 4)).toEqual([
      'one',
      'two',
      'three',
      'Password:',
    ]);
    expect(linesOf(Buffer.from('a\r\n\r\nb\n'))).toEqual(['a', '', 'b']);
  });

  it('keeps control characters from the screen', () => {
    expect(linesOf(Buffer.from('\u001b[31mred\u0007\n'))).toEqual(['red\\u0007']);
  });

  it.each([
    ['utf-8', 'ä€🙂', 1_000],
    ['utf-8', 'ä€🙂', 4_001],
    ['utf16le', 'Größe ', 1_001],
    ['latin1', 'Größe ', 1_000],
  ] as const)(
    'cuts a line that does not end, and reads the next one (%s, %s, %i)',
    (encoding, text, chunk) => {
      const lines = linesOf(Buffer.from(`${text.repeat(30_000)}\nfür später\n`, encoding), undefined, chunk);
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(new RegExp(`^(?:${text}){100,}.{0,5}…$`, 'u'));
      expect(lines[1]).toBe('für später');
    },
  );

  it('says nothing of no output', () => {
    expect(linesOf(Buffer.alloc(0))).toEqual([]);
    expect(linesOf(Buffer.from('a'))).toEqual(['a']);
  });
});
