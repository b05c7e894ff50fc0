import { allFlags, quoted, type CompletedCommand } from './words.js';

const caseOf = (pattern: string, line: string): string => `    ${pattern}) ${line} ;;`;

/** A completion script for bash (also through bashcompinit of zsh). Nothing is run while completing. */
export const bashCompletion = (commands: readonly CompletedCommand[]): string => {
  const flags = allFlags(commands);
  const paths = flags.filter(({ value }) => value === 'path').map(({ name }) => name);
  const anything = flags.filter(({ value }) => value === 'any').map(({ name }) => name);
  const chosen = flags.flatMap(({ name, value }) =>
    typeof value === 'string' ? [] : [caseOf(name, `words=${quoted(value.join(' '))}; flag=1`)],
  );
  const own = commands.map(({ name, flags: has, positional }) => {
    const words = [...has.map((flag) => flag.name), ...(typeof positional === 'string' ? [] : positional)];
    return caseOf(name, `words=${quoted(words.join(' '))}${positional === 'path' ? '; files=1' : ''}`);
  });
  return [
    '# bash completion for dpm-prep: eval "$(dpm-prep completion bash)"',
    '_dpm_prep() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}',
    '  local command= words= files= flag= index',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    `    case \${COMP_WORDS[index]} in ${commands.map(({ name }) => name).join('|')}) command=\${COMP_WORDS[index]}; break ;; esac`,
    '  done',
    '  COMPREPLY=()',
    '  case $previous in',
    caseOf(
      paths.join('|'),
      'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return',
    ),
    caseOf(anything.join('|'), 'return'),
    ...chosen,
    '  esac',
    '  if [[ -z $flag ]]; then',
    '    case $command in',
    `    '') words=${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} ;;`,
    ...own,
    '    esac',
    '  fi',
    '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '  if [[ -n $files && $current != -* ]]; then',
    '    compopt -o filenames 2>/dev/null',
    '    mapfile -t COMPREPLY < <(compgen -f -- "$current")',
    '  fi',
    '}',
    'complete -F _dpm_prep dpm-prep',
  ].join('\n');
};
