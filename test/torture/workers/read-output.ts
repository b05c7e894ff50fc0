import { stdout } from 'node:process';
import { runProcess } from '../../../src/machine/process.js';
import { ToolOutputDecoder } from '../../../src/machine/tool-output.js';
import { MarkedLines } from '../../../src/machine/windows/payload.js';

/*
 * Reads what a program prints as Windows' implementation of machine/ does it, and says what it made of that and what it
 * cost: megabytes at most, lines, the longest of them, the last one, and whether a terminal would act on one.
 */
const [path = '', ...words] = process.argv.slice(2);
// eslint-disable-next-line no-control-regex -- what is looked for
const acting = /[\u0000-\u001f\u007f-\u009f]/;
let lines = 0;
let longest = 0;
let acts = false;
let last = '';
const decoder = new ToolOutputDecoder((line) => {
  lines += 1;
  longest = Math.max(longest, line.length);
  acts ||= acting.test(line);
  last = line;
});
const marked = new MarkedLines(
  'f'.repeat(32),
  () => undefined,
  (bytes) => {
    decoder.push(bytes);
  },
);
let bytes = 0;
const { exitCode } = await runProcess({
  path,
  arguments: words,
  input: { kind: 'none' },
  onOutput: (chunk) => {
    bytes += chunk.length;
    marked.push(chunk);
  },
});
marked.end();
decoder.end();
const megabytes = process.resourceUsage().maxRSS / 1_024;
stdout.write(JSON.stringify({ exitCode, bytes, lines, longest, acts, last, megabytes }));
