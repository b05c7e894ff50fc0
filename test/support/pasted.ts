import { dpmPrep, type CliOptions, type CliResult } from './cli.js';

const quote = /['\u2018\u2019\u201a\u201b]/;

/**
 * The words of a command line as PowerShell reads it: single quotes (straight or curly) keep everything, two of them stand
 * for one. Throws for what PowerShell would not pass on as it stands.
 */
export const wordsOf = (line: string): readonly string[] => {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (quoted) {
      if (!quote.test(sign)) word = (word ?? '') + sign;
      else if (quote.test(line.charAt(at + 1))) {
        word = (word ?? '') + sign;
        at += 1;
      } else quoted = false;
    } else if (quote.test(sign)) {
      quoted = true;
      word ??= '';
    } else if (sign === ' ') {
      if (word !== null) words.push(word);
      word = null;
    } else {
      if (/["`$;|&(){}<>#,\s]/.test(sign) || (sign === '@' && word === null))
        throw new Error(`PowerShell takes ${JSON.stringify(sign)} for its own in: ${line}`);
      // Windows PowerShell cuts an unquoted -name.rest or -name:rest in two.
      if (/[.:]/.test(sign) && /^-[^-]/.test(word ?? ''))
        throw new Error(`PowerShell cuts a word in two in: ${line}`);
      word = (word ?? '') + sign;
    }
  }
  if (quoted) throw new Error(`A quote is open in: ${line}`);
  return word === null ? words : [...words, word];
};

/** Runs a printed command as a person would paste it. `files`: what stands in for each `<placeholder>`. */
export const paste = async (
  line: string,
  more: readonly string[],
  { files = {}, ...options }: CliOptions & { readonly files?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> => {
  const filled = line.replaceAll(/<[a-z ]+>/g, (placeholder) => files[placeholder] ?? placeholder);
  const [program, ...words] = wordsOf(filled);
  if (program !== 'dpm-prep') throw new Error(`This is not a command of dpm-prep: ${line}`);
  return dpmPrep([...words, ...more], options);
};
