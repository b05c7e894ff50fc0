const program = '(?:dpm-prep|certreq|certutil|net|netsh|winrm|w32tm|npm|node)';
/** A sentence that ends in a command to copy. A command does not end in a full stop. */
const endsInCommand = new RegExp(`^(.*:) (${program} .*[^.!?])$`);
/** A text that is nothing but a command. A sentence can begin with a tool's name, so its first argument must look like one. */
const isCommand = /^(?:certreq|certutil|winrm|w32tm) [-/]|^netsh advfirewall /;
const quotedCommand = new RegExp(`"${program} [^"]*"`, 'g');
/** Stands for a space that no line is broken at. */
const held = '\u0000';

const broken = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(quotedCommand, (command) => command.replaceAll(' ', held)).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => one.replaceAll(held, ' '));
};

const linesOf = (text: string, width: number): readonly string[] => {
  if (text.length <= width || isCommand.test(text)) return [text];
  const [, sentence, command] = endsInCommand.exec(text) ?? [];
  return sentence === undefined || command === undefined
    ? broken(text, width)
    : [...broken(sentence, width), command];
};

/**
 * Breaks a text at spaces so that no line is longer than `width` characters, and indents every line but the first: `width` is
 * the room behind the indentation. A command is never broken, so that it can be pasted: in double quotes it counts as one
 * word, and at the end of a sentence it stands alone on its line.
 */
export const wrap = (text: string, width: number, indent = ''): string =>
  text
    .split('\n')
    .flatMap((line) => linesOf(line, width))
    .join(`\n${indent}`);

/** A number with its noun: "1 certificate", "2,000 certificates". */
export const counted = (count: number, noun: string): string =>
  // A formatter costs more than reading a certificate; only large counts need one.
  `${count < 1_000 ? String(count) : count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
