/** What a line of a log says of itself, and the text that is left. */
export interface LogLine {
  /** As it is written there; null: the line has none that is known. */
  readonly time: string | null;
  /** NORMAL, WARNING, FATAL, …; null: the line has none that is known. */
  readonly level: string | null;
  /** What to look for errors in: without process ids, addresses and the like. */
  readonly text: string;
}

/*
 * A line of an errlog of DPM: `44B4 3968 10/21 21:02:21.611 71 file.cpp(1607) [000000001B73B830] <GUID> WARNING text`.
 * Process and thread are hexadecimal without a mark, so 33234 can be one of them.
 */
const errlog =
  /^\s{0,4}[0-9A-F]{2,8}\s{1,4}[0-9A-F]{2,8}\s{1,4}(\d{1,2}\/\d{1,2}\s{1,4}\d{1,2}:\d{2}:\d{2}\.\d{1,7})\s{1,4}(?:\d{1,4}\s{1,4})?(?:[\w.-]{1,80}\(\d{1,6}\)\s{0,40})?(?:\[[0-9A-F]{8,16}\]\s{0,8})?(?:[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\s{0,8})?(?:([A-Z]{4,12})\b)?/i;

/** The other way in which such lines are passed on: `0900 9-May 4:00:45 PM csvapi.cpp(400) WARNING text`. */
const passedOn =
  /^(?:[\w.-]{1,60}:)?\s{0,4}[0-9A-F]{2,8}\s{1,4}(\d{1,2}-[A-Z]{3}\s{1,4}\d{1,2}:\d{2}:\d{2}(?:\s[AP]M)?)\s{1,4}[\w.-]{1,80}\(\d{1,6}\)\s{1,40}([A-Z]{4,12})\b/i;

const levels: ReadonlySet<string> = new Set(['NORMAL', 'WARNING', 'ERROR', 'FATAL', 'CRITICAL', 'ACTIVITY']);

/** A date and a time at the beginning of a line of any log, for the reader alone. */
const stamp =
  /^[\s[(]{0,4}(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,7})?Z?|\d{1,2}[./]\d{1,2}[./]\d{2,4},?\s\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?)/i;

/** Takes a line of a log apart. Constant time for any text: every repetition above has a limit. */
export const readLogLine = (line: string): LogLine => {
  const match = errlog.exec(line) ?? passedOn.exec(line);
  if (match) {
    const level = match[2]?.toUpperCase() ?? null;
    const known = level !== null && levels.has(level);
    // A word in capitals that is not a level belongs to the text.
    const end = match[0].length - (known || match[2] === undefined ? 0 : match[2].length);
    return { time: match[1] ?? null, level: known ? level : null, text: line.slice(end) };
  }
  return { time: stamp.exec(line)?.[1] ?? null, level: null, text: line };
};
