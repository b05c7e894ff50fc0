import type { Help } from 'commander';

/** Longer terms stand on a line of their own, so that descriptions keep a readable width on 80 columns. */
const longestTerm = 26;

export const helpFormat = {
  padWidth: (): number => longestTerm,
  formatItem: (term: string, termWidth: number, description: string, helper: Help): string => {
    const indent = ' '.repeat(termWidth + 4);
    const width = (helper.helpWidth ?? 80) - indent.length;
    const lines = helper.boxWrap(description, width).replaceAll('\n', `\n${indent}`);
    return helper.displayWidth(term) > termWidth
      ? `  ${term}\n${indent}${lines}`
      : `  ${term.padEnd(termWidth)}  ${lines}`;
  },
};
