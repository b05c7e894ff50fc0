/*
 * A script is put together from shared fragments and its own text. A command line has little room, so of a fragment
 * only the functions that the script reaches go along; what stands outside of functions always does.
 */

interface Piece {
  /** Null: not a function. */
  readonly name: string | null;
  readonly text: string;
}

/** A fragment cut at its functions. A function begins in the first column, and ends with a brace there or on its line. */
const piecesOf = (fragment: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let name: string | null = null;
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) pieces.push({ name, text: lines.join('\n') });
    name = null;
    lines = [];
  };
  for (const line of fragment.split(/\r?\n/)) {
    const begin = /^function ([A-Za-z][\w-]*)/.exec(line);
    if (begin !== null) {
      flush();
      name = begin[1] ?? null;
    }
    lines.push(line);
    if (name !== null && (line === '}' || (begin !== null && line.endsWith('}')))) flush();
  }
  flush();
  return pieces;
};

const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);

/** The fragments in their order without the functions that neither `own` nor a function that stays calls. */
export const reached = (fragments: readonly string[], own: string): string => {
  const pieces = fragments.flatMap(piecesOf);
  const stays = new Set(pieces.filter(({ name }) => name === null));
  let text = [own, ...[...stays].map((piece) => piece.text)].join('\n');
  for (;;) {
    const found = pieces.filter(
      (piece) => !stays.has(piece) && piece.name !== null && mentions(text, piece.name),
    );
    if (found.length === 0) break;
    for (const piece of found) stays.add(piece);
    text = found.map((piece) => piece.text).join('\n');
  }
  return pieces
    .filter((piece) => stays.has(piece))
    .map((piece) => piece.text)
    .join('\n');
};
