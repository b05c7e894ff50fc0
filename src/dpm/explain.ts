import { findDpmError, normalErrorId, type DpmError } from './errors/index.js';

/** A known error that a text names. */
export interface SeenError {
  readonly error: DpmError;
  readonly count: number;
  /** Numbers of the first and the last line that name it, from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** An id that the text itself calls an error, and that the table does not have. */
export interface UnknownError {
  readonly id: string;
  readonly count: number;
}

export interface Explanation {
  /** Most frequent first. */
  readonly seen: readonly SeenError[];
  readonly unknown: readonly UnknownError[];
  readonly lines: number;
  /** The text was longer than is read; the rest was left out. */
  readonly cut: boolean;
}

/** A log is other people's text: lines are read so far and no further, and so many of them. */
const maxLineLength = 4_096;
const maxLines = 2_000_000;
const maxUnknown = 20;

// A number that stands alone: no part of a name, path, date, time, version, address, decimal or GUID.
const aloneNumber = /(?<![\w.,/\\{-])(?:-?\d{2,10}|0x[0-9a-f]{3,8})(?![\w\\/}-]|[.:,]\d)/gi;
// The one or two words before the number, and the marks between.
const wordsBefore = /(?:(\p{L}{1,20})[\s_-]{0,3})?(?<!\p{L})(\p{L}{1,20})[\s:=#"'([<>]{0,6}$/u;

const errorWords: ReadonlySet<string> = new Set(
  'error errors err errorid errorcode errorids id ids code codes hresult hr detailedcode fehler fehlercode erreur erreurs'.split(
    ' ',
  ),
);
const idWords: ReadonlySet<string> = new Set(['id', 'ids', 'code', 'codes']);
/** An "id" or "code" is an error's only alone or after one of these words. */
const errorIdWords: ReadonlySet<string> = new Set(
  'error errors dpm err fehler the see and or with'.split(' '),
);
const exitWords: ReadonlySet<string> = new Set(['exit', 'return', 'result', 'status', 'msi', 'ended']);
/** What follows these words is something else, however much it looks like an id. */
const otherWords: ReadonlySet<string> = new Set(
  'port ports pid tid ppid process thread session task job line size bytes length offset count total took after attempt build version row rows item items file files volume kb port user code-page'.split(
    ' ',
  ),
);
const unitAfter =
  /^\s{0,2}(?:bytes?|kb|mb|gb|tb|ms|msec|milliseconds?|s|secs?|seconds?|minutes?|items?|files?|rows?|%)(?!\p{L})/iu;

type Context = 'error' | 'event' | 'exit' | 'other' | 'none';

const contextOf = (before: string, after: string): Context => {
  const words = wordsBefore.exec(before);
  const last = words?.[2]?.toLowerCase() ?? '';
  const previous = words?.[1]?.toLowerCase() ?? '';
  if (unitAfter.test(after)) return 'other';
  if (last === 'event' || last === 'eventid' || (last === 'id' && previous === 'event')) return 'event';
  if (last === 'exitcode' || (idWords.has(last) && exitWords.has(previous))) return 'exit';
  if (idWords.has(last)) return previous === '' || errorIdWords.has(previous) ? 'error' : 'other';
  if (errorWords.has(last)) return 'error';
  return otherWords.has(last) ? 'other' : 'none';
};

const believed = (error: DpmError, context: Context): boolean => {
  if (context === 'other') return false;
  if (error.id.startsWith('0x')) return true;
  if (error.id === '3010' || error.id === '1641') return context === 'exit' || context === 'error';
  if (context === 'exit') return false;
  // Few other numbers have five digits and stand alone; a short one needs somebody who calls it an error.
  if (error.id.length === 5) return context !== 'event' || error.kind !== 'dpm';
  return context === 'error' || (context === 'event' && error.kind === 'event');
};

interface Tally {
  count: number;
  firstLine: number;
  lastLine: number;
}

/**
 * Finds the known error ids in a text that comes line by line: `error 30`, `(ID: 33234)`, `ErrorCode="270"`, five-digit
 * ids that stand alone, HRESULTs in hexadecimal or decimal. A bare 30 is a number like any other.
 */
export class Explainer {
  readonly #seen = new Map<DpmError, Tally>();
  readonly #unknown = new Map<string, number>();
  #lines = 0;
  #cut = false;

  /** Reads one line (without its end). Returns false once no more is read. */
  line(text: string): boolean {
    if (this.#lines >= maxLines) {
      this.#cut = true;
      return false;
    }
    this.#lines += 1;
    if (text.length > maxLineLength) this.#cut = true;
    const line = text.slice(0, maxLineLength);
    let listed = { end: -1, context: 'none' as Context };
    for (const match of line.matchAll(aloneNumber)) {
      const [number] = match;
      const end = match.index + number.length;
      const gap = line.slice(listed.end, match.index);
      // "errors 270, 308 and 316": what was said of the first goes for the others.
      const context =
        listed.end >= 0 && gap.length <= 6 && /^\s*(?:,|;|and|or|und|et)\s*$/.test(gap)
          ? listed.context
          : contextOf(line.slice(Math.max(0, match.index - 48), match.index), line.slice(end, end + 16));
      listed = { end, context };
      this.#note(number, context);
    }
    return true;
  }

  #note(number: string, context: Context): void {
    const error = findDpmError(number);
    if (error === null) {
      const id = normalErrorId(number);
      if (id === null || context !== 'error') return;
      if (this.#unknown.has(id) || this.#unknown.size < maxUnknown) {
        this.#unknown.set(id, (this.#unknown.get(id) ?? 0) + 1);
      }
      return;
    }
    if (!believed(error, context)) return;
    const tally = this.#seen.get(error);
    if (tally) {
      tally.count += 1;
      tally.lastLine = this.#lines;
    } else {
      this.#seen.set(error, { count: 1, firstLine: this.#lines, lastLine: this.#lines });
    }
  }

  result(): Explanation {
    return {
      seen: [...this.#seen]
        .map(([error, tally]) => ({ error, ...tally }))
        .sort((a, b) => b.count - a.count || a.firstLine - b.firstLine),
      unknown: [...this.#unknown].map(([id, count]) => ({ id, count })).sort((a, b) => b.count - a.count),
      lines: this.#lines,
      cut: this.#cut,
    };
  }
}

/** Explains a whole text, such as the last lines of a tool's output. */
export const explainText = (text: string): Explanation => {
  const explainer = new Explainer();
  for (const line of text.split(/\r\n|\r|\n/)) if (!explainer.line(line)) break;
  return explainer.result();
};
