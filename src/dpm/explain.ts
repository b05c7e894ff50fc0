import { findDpmError, normalErrorId, type DpmError } from './errors/index.js';
import { hresultForm, isHresult } from './hresult.js';
import { readLogLine } from './log-line.js';
import { phrases } from './phrases.js';

/** Where an error was last seen: the line, from 1, what the log says of it, and its text. */
export interface Occurrence {
  readonly line: number;
  readonly time: string | null;
  readonly level: string | null;
  readonly text: string;
}

/** A known error that a text names. */
interface SeenError {
  readonly error: DpmError;
  readonly count: number;
  /** Numbers of the first and the last line that name it, from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly last: Occurrence;
  /** What the text around it says of it; null: nothing that matters. */
  readonly note: string | null;
}

/** An id that the text itself calls an error, or a failure value by its form, and that the table does not have. */
interface UnknownError {
  readonly id: string;
  readonly count: number;
  readonly last: Occurrence;
  /** What the form of the value says; null for a plain number. */
  readonly form: string | null;
}

export interface Explanation {
  /** Most frequent first. */
  readonly seen: readonly SeenError[];
  readonly unknown: readonly UnknownError[];
  /** Different ids beyond those of `unknown`: nothing is left out in silence. */
  readonly moreUnknown: number;
  readonly lines: number;
}

/** A line is read in parts of this many characters, so that no line needs more memory than one part. */
export const longestPart = 4_096;
const maxUnknown = 200;
const shownText = 300;

// A hexadecimal value, wherever it stands; the decimal form of a failing HRESULT; and a number that stands alone: no
// part of a name, path, date, time, version, address, decimal or GUID.
const aloneNumber =
  /(?<!\d)0x[0-9a-f]{3,16}(?=L?(?![0-9a-z_]))|(?<!\d)-21[0-4]\d{7}(?!\d)|(?<![\w.,/\\{-])(?:-?\d{2,10}|8[0-9a-f]{7})(?![\w\\/}-]|[.:,]\d)/gi;
// The one or two words before the number, and the marks between.
const wordsBefore =
  /(?:([\p{L}\p{M}]{1,24})[\s_-]{0,3})?(?<![\p{L}\p{M}])([\p{L}\p{M}]{1,24})[\s:=#"'([<>]{0,6}$/u;

const errorWords: ReadonlySet<string> = new Set(
  'error errors err errorid errorcode errorids id ids code codes hresult hr detailedcode fehler fehlercode erreur erreurs errore errori ошибка エラー 错误'.split(
    ' ',
  ),
);
const idWords: ReadonlySet<string> = new Set(['id', 'ids', 'code', 'codes']);
/** An "id" or "code" is an error's only alone or after one of these words. */
const errorIdWords: ReadonlySet<string> = new Set(
  'error errors dpm err fehler the see and or with internal details'.split(' '),
);
const exitWords: ReadonlySet<string> = new Set(['exit', 'return', 'result', 'status', 'msi', 'ended']);
/** These alone say it, without "code": "MainEngineThread is returning 1603", "error status: 1603". */
const exitPhrases: ReadonlySet<string> = new Set(['exitcode', 'returning', 'returned', 'status']);
/** What follows these words is something else, however much it looks like an id. */
const otherWords: ReadonlySet<string> = new Set(
  'port ports pid tid ppid process thread session task job line size bytes length offset count total took after attempt build version row rows item items file files volume kb port user code-page product prozess processus proceso processo thread-id sitzung sesión aufgabe benutzer request client activity group correlation'.split(
    ' ',
  ),
);
/** The word for an event in the event log, as Windows writes it in the languages that are seen most. */
const eventWord =
  /^(?:event|eventid|ereignis|év[eé]nement|evento|événement|gebeurtenis|händelse|событи[яе]|код события|zdarzeni[ae]|událost[i]?|イベント|事件)$/u;
const unitAfter =
  /^\s{0,2}(?:bytes?|kb|mb|gb|tb|ms|msec|milliseconds?|s|secs?|seconds?|minutes?|items?|files?|rows?|%)(?!\p{L})/iu;

/** Where a long line is cut into parts: not in the middle of a number or a word, unless it has no end. */
const placeToCut = (text: string): number => {
  for (let at = longestPart; at > longestPart / 2; at -= 1) if (!/[\w-]/.test(text.charAt(at - 1))) return at;
  return longestPart;
};

/** The part of a line around a place in it: what is shown of it must show the error. */
const excerpt = (line: string, at: number): string => {
  const trimmed = line.trim();
  if (trimmed.length <= shownText) return trimmed;
  return line.slice(Math.max(0, at - shownText / 2), Math.max(0, at - shownText / 2) + shownText).trim();
};

/** `some-id`: an id without a word that we know; in another language that can be an event. */
type Context = 'error' | 'event' | 'exit' | 'some-id' | 'other' | 'none';

const contextOf = (before: string, after: string): Context => {
  const words = wordsBefore.exec(before);
  const [previous, last] = [words?.[1], words?.[2]].map((word) =>
    (word ?? '').normalize('NFC').toLowerCase(),
  ) as [string, string];
  if (unitAfter.test(after)) return 'other';
  if (eventWord.test(last) || (idWords.has(last) && eventWord.test(previous))) return 'event';
  if (idWords.has(last) && exitWords.has(previous)) return 'exit';
  if (idWords.has(last)) {
    if (previous === '' || errorIdWords.has(previous)) return 'error';
    return otherWords.has(previous) || !/\p{L}{2}/u.test(previous) ? 'other' : 'some-id';
  }
  if (errorWords.has(last)) return 'error';
  if (otherWords.has(last)) return 'other';
  if (exitPhrases.has(last)) return last === 'status' && previous !== 'error' ? 'none' : 'exit';
  // "Évènement ID : 10016", "ID de evento 10016": the word for an event stands somewhere before.
  return eventWord.test(previous) ? 'event' : 'none';
};

const believed = (error: DpmError, context: Context): boolean => {
  if (isHresult(error.id)) return true;
  if (context === 'other') return false;
  if (error.id.startsWith('0x')) return true;
  if (error.id === '3010' || error.id === '1641' || error.id === '1603')
    return context === 'exit' || context === 'error';
  if (context === 'exit') return false;
  if (context === 'some-id') return error.kind === 'event' && error.id.length === 5;
  // Few other numbers have five digits and stand alone; a short one needs somebody who calls it an error.
  if (error.id.length === 5) return context !== 'event' || error.kind !== 'dpm';
  return context === 'error' || (context === 'event' && error.kind === 'event');
};

/** DPMRA's AppID: an event 10016 that names it is about the agent. Seen by others (EIDOLF). */
const agentAppId = /2DF31D97-33CC-4966-8FF9-F47C90F7D0F3/i;
const anyAppId = /(?:App\s?ID|APPID)\W{0,8}\{?[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}/i;
const permissionEvent = '10016';

interface Tally {
  count: number;
  firstLine: number;
  last: Occurrence;
}

const grown = (tally: Tally | undefined, last: Occurrence): Tally => ({
  count: (tally?.count ?? 0) + 1,
  firstLine: tally?.firstLine ?? last.line,
  last,
});

/** The number as an id: an HRESULT without its `0x` gets it where the text calls it an error. */
const idOf = (number: string, context: Context): string | null => {
  const bare = /^8[0-9a-f]{7}$/i.test(number);
  if (bare && (context === 'error' || context === 'exit')) return normalErrorId(`0x${number}`);
  if (bare && /[a-f]/i.test(number)) return null;
  // A 64-bit program writes the sign in front.
  return normalErrorId(number.replace(/^0x(?:0{8}|f{8})(?=[0-9a-f]{8}$)/i, '0x'));
};

/** A failure value that nobody has to call one: hexadecimal, or negative; a large positive number can be anything. */
const showsItsForm = (number: string, id: string): boolean => isHresult(id) && /^(?:0x|-)/i.test(number);

/**
 * Finds the known error ids in a text that comes line by line: `error 30`, `(ID: 33234)`, `ErrorCode="270"`, five-digit
 * ids that stand alone, texts of DPM that are unmistakable without their id, and every HRESULT, in hexadecimal or
 * decimal. A bare 30 is a number like any other. Its memory does not grow with the text.
 */
export class Explainer {
  readonly #seen = new Map<DpmError, Tally>();
  readonly #byText = new Map<DpmError, Tally>();
  readonly #unknown = new Map<string, Tally>();
  readonly #moreUnknown = new Set<string>();
  #agentAppId: Occurrence | null = null;
  #otherAppId = false;
  #lines = 0;
  /** The line has not ended yet: the next part is not a line of its own. */
  #open = false;

  /** Reads one line (without its end). */
  line(text: string): void {
    let rest = text;
    for (; rest.length > longestPart;) {
      const cut = placeToCut(rest);
      this.part(rest.slice(0, cut), false);
      rest = rest.slice(cut);
    }
    this.part(rest, true);
  }

  /** Reads a part of a line, at most `longestPart` characters; `ends`: the line ends with it. */
  part(text: string, ends: boolean): void {
    if (!this.#open) this.#lines += 1;
    this.#open = !ends;
    if (text === '') return;
    this.#scan(text.length > longestPart ? text.slice(0, longestPart) : text);
  }

  #scan(line: string): void {
    const read = readLogLine(line);
    const { text } = read;
    const prefix = line.length - text.length;
    const here = (at: number): Occurrence => ({
      line: this.#lines,
      time: read.time,
      level: read.level,
      text: excerpt(line, prefix + at),
    });
    let listed = { end: -1, context: 'none' as Context };
    for (const match of text.matchAll(aloneNumber)) {
      const [number] = match;
      const end = match.index + number.length;
      const gap = text.slice(listed.end, match.index);
      // "errors 270, 308 and 316": what was said of the first goes for the others.
      const context =
        listed.end >= 0 && gap.length <= 6 && /^\s*(?:,|;|and|or|und|et)\s*$/.test(gap)
          ? listed.context
          : contextOf(text.slice(Math.max(0, match.index - 64), match.index), text.slice(end, end + 16));
      listed = { end, context };
      this.#note(number, context, () => here(match.index));
    }
    for (const { pattern, id } of phrases) {
      const error = pattern.test(text) ? findDpmError(id) : null;
      if (error) this.#byText.set(error, grown(this.#byText.get(error), here(0)));
    }
    if (agentAppId.test(line)) this.#agentAppId = here(0);
    else if (anyAppId.test(line)) this.#otherAppId = true;
  }

  #note(number: string, context: Context, here: () => Occurrence): void {
    const id = idOf(number, context);
    if (id === null) return;
    const error = findDpmError(id);
    if (error !== null) {
      if (believed(error, context) && (context !== 'none' || !/^\d{9,}$/.test(number)))
        this.#seen.set(error, grown(this.#seen.get(error), here()));
      return;
    }
    if (context !== 'error' && !showsItsForm(number, id)) return;
    const tally = this.#unknown.get(id);
    if (tally !== undefined || this.#unknown.size < maxUnknown) this.#unknown.set(id, grown(tally, here()));
    else if (this.#moreUnknown.size < 100_000) this.#moreUnknown.add(id);
  }

  #notesOf(error: DpmError): string | null {
    if (error.id !== permissionEvent) return null;
    if (this.#agentAppId !== null)
      return 'The text names the AppID of the DPM RA service, so an event is about the agent.';
    return this.#otherAppId ? 'The text names an AppID that is not that of the DPM RA service.' : null;
  }

  result(): Explanation {
    const seen = new Map(this.#seen);
    // A text counts only where its id is nowhere: the console writes both.
    for (const [error, tally] of this.#byText) if (!seen.has(error)) seen.set(error, tally);
    const event = findDpmError(permissionEvent);
    if (this.#agentAppId !== null && event !== null && !seen.has(event)) {
      seen.set(event, grown(undefined, this.#agentAppId));
    }
    return {
      seen: [...seen]
        .map(([error, { count, firstLine, last }]) => ({
          error,
          count,
          firstLine,
          lastLine: last.line,
          last,
          note: this.#notesOf(error),
        }))
        .sort((a, b) => b.count - a.count || a.firstLine - b.firstLine),
      unknown: [...this.#unknown]
        .map(([id, { count, last }]) => ({ id, count, last, form: isHresult(id) ? hresultForm(id) : null }))
        .sort((a, b) => b.count - a.count),
      moreUnknown: this.#moreUnknown.size,
      lines: this.#lines,
    };
  }
}

/** Explains a whole text, such as the last lines of a tool's output. */
export const explainText = (text: string): Explanation => {
  const explainer = new Explainer();
  for (const line of text.split(/\r\n|\r|\n/)) explainer.line(line);
  return explainer.result();
};
