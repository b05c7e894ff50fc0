import { quoted, type CompletedCommand, type Flag } from './words.js';

const escaped = (text: string): string => text.replaceAll(/[\\[\]:]/g, (mark) => `\\${mark}`);

const actionOf = ({ value, name }: Flag): string => {
  if (value === 'none') return '';
  const what = `:${name.slice(2)}:`;
  if (value === 'path') return `${what}_files`;
  return value === 'any' ? `${what}( )` : `${what}(${value.join(' ')})`;
};

const caseOf = ({ name, flags, positional }: CompletedCommand): readonly string[] => [
  `    ${name}) _arguments \\`,
  ...flags.map((flag) => `      ${quoted(`*${flag.name}[${escaped(flag.help)}]${actionOf(flag)}`)} \\`),
  `      ${quoted(positional === 'path' ? '*:file:_files' : positional === 'none' ? '*: :( )' : `*: :(${positional.join(' ')})`)} ;;`,
];

/** A completion script for zsh: a function _dpm-prep for $fpath, or to be sourced after compinit. */
export const zshCompletion = (commands: readonly CompletedCommand[]): string =>
  [
    '#compdef dpm-prep',
    '# zsh completion for dpm-prep: source <(dpm-prep completion zsh), after compinit',
    '_dpm-prep() {',
    '  local -a commands=(',
    ...commands.map(({ name, summary }) => `    ${quoted(`${escaped(name)}:${escaped(summary)}`)}`),
    '  )',
    "  if (( CURRENT == 2 )); then _describe -t commands 'command' commands; return; fi",
    '  local name=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $name in',
    ...commands.flatMap(caseOf),
    '  esac',
    '}',
    'compdef _dpm-prep dpm-prep',
  ].join('\n');
