import type { Style } from './style.js';

/** The look of the prompts: with the colours and marks of everything else, which the console is known to show. */
export const promptTheme = ({ color, marks }: Style) => ({
  prefix: { idle: color.blue('?'), done: color.green(marks.done) },
  spinner: { interval: 200, frames: ['-', '\\', '|', '/'] },
  icon: { cursor: marks.cursor },
  style: {
    answer: (text: string) => color.cyan(text),
    message: (text: string) => color.bold(text),
    error: (text: string) => color.red(`${marks.fail} ${text}`),
    defaultAnswer: (text: string) => color.dim(`(${text})`),
    help: (text: string) => color.dim(text),
    highlight: (text: string) => color.cyan(text),
    description: (text: string) => color.dim(text),
    disabled: (text: string) => color.dim(text),
    key: (text: string) => color.cyan(`<${text}>`),
    keysHelpTip: () => color.dim('Arrow keys: choose. Enter: continue.'),
  },
});
