// npm run picture: plays a guided run on the practice pair in a real pseudo-terminal and writes what the terminal then
// shows as docs/guided-run.svg. Nothing in the picture is drawn by hand. With --check it fails where the file differs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import headless from '@xterm/headless';

const columns = 104;
const launcher = fileURLToPath(new URL('../bin/dpm-prep.js', import.meta.url));
const target = fileURLToPath(new URL('../docs/guided-run.svg', import.meta.url));

/**
 * What is typed, in order: each answer once its question stands at the end of the screen.
 * @type {[question: RegExp, answer: string][]}
 */
const dialogue = [
  [/Which computer is this/, '\r'],
  [/What do you want to protect/, '\r'],
  [/Does it run on a cluster/, 'n\r'],
  [/What else on this computer/, '\r'],
  [/Authentication:/, '\r'],
  [/licence terms/, 'y\r'],
  [/Name of the DPM server:/, 'Server01\r'],
  [/User name:/, 'mark\r'],
  [/Run this plan\?/, '\r'],
  [/Enter the password: $/, 'Practice-2026!\r'],
  [/Confirm the password: $/, 'Practice-2026!\r'],
];

const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-picture-'));
const emulator = new headless.Terminal({ cols: columns, rows: 40, scrollback: 2000, allowProposedApi: true });
const { CI: _ci, NO_COLOR: _color, ...environment } = process.env;
const child = pty.spawn(
  process.execPath,
  [launcher, 'guide', '--rehearse', '--world', join(folder, 'world')],
  {
    cols: columns,
    rows: 40,
    name: 'xterm-256color',
    cwd: folder,
    env: { ...environment, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  },
);
/** @type {number | null} */
let code = null;
child.onData((data) => emulator.write(data));
child.onExit(({ exitCode }) => {
  code = exitCode;
});

const lines = () => {
  const buffer = emulator.buffer.active;
  return Array.from({ length: buffer.baseY + buffer.cursorY + 1 }, (_, row) => buffer.getLine(row));
};
const whole = () => lines().map((line) => line?.translateToString(false).replace(/ +$/, ' ') ?? '');
/** What is on the screen so far: the choices of a question stand below it. */
const screen = () =>
  whole()
    .join('\n')
    .replace(/\n+ *$/, '');

const pending = [...dialogue];
const until = Date.now() + 90_000;
while (code === null) {
  if (Date.now() > until) throw new Error(`It did not end:\n${whole().join('\n')}`);
  const [next] = pending;
  if (next?.[0].test(screen())) {
    pending.shift();
    await sleep(300);
    child.write(next[1]);
  }
  await sleep(100);
}
await sleep(100);
if (code !== 6)
  throw new Error(
    `It ended with ${code}:\n${lines()
      .map((line) => line?.translateToString(true))
      .join('\n')}`,
  );

/** The eight colours of a terminal, its text (f) and its ground (g): dark, and light where the reader prefers that. */
const dark = ['#1b1f24', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#d0d7de'];
const light = ['#ffffff', '#b3261e', '#18713a', '#8a5300', '#0a58ca', '#6f42c1', '#0b6b76', '#57606a'];
/** @param {string[]} colors @param {string} text @param {string} ground */
const classes = (colors, text, ground) =>
  [
    ...colors.map((color, index) => `.c${index}{fill:${color}}`),
    `.f{fill:${text}}`,
    `.g{fill:${ground}}`,
  ].join('');
const style = `<style>${classes(dark, '#d0d7de', '#0d1117')}@media(prefers-color-scheme:light){${classes(light, '#1f2328', '#f6f8fa')}}</style>`;
const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);
/** @param {string} text */
const escape = (text) => text.replace(/[&<>]/g, (character) => entities.get(character) ?? character);

/** @param {import('@xterm/headless').IBufferCell} cell */
const styleOf = (cell) => {
  const inverse = cell.isInverse();
  const color = cell.isFgPalette() ? `c${cell.getFgColor() % 8}` : 'f';
  const background = cell.isBgPalette() ? `c${cell.getBgColor() % 8}` : null;
  return JSON.stringify({
    fill: inverse ? (background ?? 'g') : color,
    background: inverse ? color : background,
    bold: Boolean(cell.isBold()),
    dim: Boolean(cell.isDim()),
    underline: Boolean(cell.isUnderline()),
  });
};

const cellWidth = 8.4;
const lineHeight = 18;
const margin = 16;

/**
 * @param {import('@xterm/headless').IBufferLine | undefined} line
 * @param {number} index
 */
const row = (line, index) => {
  /** @type {{ style: string, text: string, column: number }[]} */
  const runs = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column);
    if (!cell) continue;
    const style = styleOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last?.style === style) last.text += text;
    else runs.push({ style, text, column });
  }
  const y = margin + (index + 1) * lineHeight;
  return (
    runs
      // Without the place of the practice pair, which changes every time, and without blanks at the end, which a browser would stretch.
      .map((run) => ({
        ...run,
        text: JSON.parse(run.style).background
          ? run.text
          : run.text.trimEnd().replaceAll(folder, '/tmp/practice'),
      }))
      .filter(({ text }) => text !== '')
      .map(({ style, text, column }) => {
        const { fill, background, bold, dim, underline } = JSON.parse(style);
        const x = (margin + column * cellWidth).toFixed(1);
        const width = (text.length * cellWidth).toFixed(1);
        const box = background
          ? `<rect x="${x}" y="${y - 14}" width="${width}" height="${lineHeight}" class="${background}"/>`
          : '';
        const attributes = [
          `x="${x}" y="${y}" class="${fill}" xml:space="preserve" textLength="${width}" lengthAdjust="spacingAndGlyphs"`,
          bold ? 'font-weight="bold"' : '',
          dim ? 'opacity="0.65"' : '',
          underline ? 'text-decoration="underline"' : '',
        ];
        return `${box}<text ${attributes.filter(Boolean).join(' ')}>${escape(text.replaceAll(' ', '\u00a0'))}</text>`;
      })
      .join('')
  );
};

const shown = lines().filter(
  (line, index, all) => index < all.length - 1 || line?.translateToString(true) !== '',
);
const height = margin * 2 + shown.length * lineHeight;
const width = Math.ceil(margin * 2 + columns * cellWidth);
const body = shown.map(row).join('\n');
const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A guided run of dpm-prep on the practice pair">
${style}
<rect width="100%" height="100%" rx="8" class="g"/>
<g font-family="ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${body}
</g>
</svg>
`;
rmSync(folder, { recursive: true, force: true });
if (!process.argv.includes('--check')) {
  writeFileSync(target, picture);
  process.stdout.write(`docs/guided-run.svg: ${shown.length} lines\n`);
} else if (readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== picture) {
  process.stderr.write('docs/guided-run.svg is not what a guided run shows now. Run: npm run picture\n');
  process.exitCode = 1;
}
