/*
 * The code pages of Windows by their numbers. Node's TextDecoder knows most; the upper halves (0x80 to 0xFF) of the
 * console's pages of western and central Europe stand here, because it knows none of those.
 */
const box = '░▒▓│┤';

/** Code page 437 (United States). */
export const codePage437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»' +
  box +
  '╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** Code page 850 (western Europe). */
export const codePage850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»' +
  box +
  'ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** Code page 852 (central Europe). */
export const codePage852 =
  'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐' +
  '└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0';

/** Decodes one byte string with the upper half of a single-byte code page. */
const decodeWithTable = (bytes: Uint8Array, upperHalf: string): string => {
  let text = '';
  for (const byte of bytes)
    text += byte < 0x80 ? String.fromCharCode(byte) : (upperHalf[byte - 0x80] ?? '\ufffd');
  return text;
};

const labels: Readonly<Record<string, string>> = {
  '866': 'ibm866',
  '874': 'windows-874',
  '932': 'shift_jis',
  '936': 'gbk',
  '949': 'euc-kr',
  '950': 'big5',
  '54936': 'gb18030',
  '65001': 'utf-8',
};

const tables: Readonly<Record<string, string>> = {
  '437': codePage437,
  '850': codePage850,
  '852': codePage852,
};

/** How text in this code page is read; null for a page that is not known. */
export const decoderOf = (page: string): ((bytes: Uint8Array) => string) | null => {
  const table = tables[page];
  if (table !== undefined) return (bytes) => decodeWithTable(bytes, table);
  const label = /^125[0-8]$/.test(page) ? `windows-${page}` : labels[page];
  if (label === undefined) return null;
  const decoder = new TextDecoder(label);
  return (bytes) => decoder.decode(bytes);
};
