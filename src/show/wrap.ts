/** Breaks a text at spaces so that no line is longer than `width` characters; indents every line but the first. */
export const wrap = (text: string, width: number, indent = ''): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const room = lines.length === 0 ? width : width - indent.length;
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
};

/** A number with its noun: "1 certificate", "2,000 certificates". */
export const counted = (count: number, noun: string): string =>
  // A formatter costs more than reading a certificate; only large counts need one.
  `${count < 1_000 ? String(count) : count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** A sentence that ends in a command to copy. */
const endsInCommand = /^(.*:) ((?:dpm-prep|certreq|certutil|net|winrm|netsh|npm|node) .+)$/;

/** Advice, wrapped; a command at its end stands alone on its line and is never broken, so that it can be pasted. */
export const adviceText = (text: string, width: number, indent = ''): string => {
  const [, sentence, command] = endsInCommand.exec(text) ?? [];
  if (sentence === undefined || command === undefined) return wrap(text, width, indent);
  return text.length <= width ? text : `${wrap(sentence, width, indent)}\n${indent}${command}`;
};
