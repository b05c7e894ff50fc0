import { wrap } from './wrap.js';

/** One row: what it is, and its value. */
export type Row = readonly [label: string, text: string];

/** A label that takes more of the line than this leaves no room for its value. */
const mostOfLine = 0.5;

/**
 * Rows as lines for a screen. A value is broken at spaces, and its later lines stand under the first; a command at its end
 * stands alone on its line and is never broken. `labelWidth`: characters for the labels; without it, as many as they need.
 */
export const rowLines = (rows: readonly Row[], width: number, labelWidth?: number): readonly string[] => {
  const widest = Math.max(0, ...rows.map(([label]) => label.length));
  const column = Math.min(labelWidth ?? widest, Math.floor(width * mostOfLine));
  const indent = ' '.repeat(column + 4);
  return rows.flatMap(([label, text]) => {
    const value = wrap(text, width - indent.length, indent);
    const first = label.length <= column ? `  ${label.padEnd(column)}  ${value}` : null;
    return (first ?? `  ${wrap(label, width - 2, '  ')}\n${indent}${value}`).split('\n');
  });
};
