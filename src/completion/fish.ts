import type { CompletedCommand, Flag } from './words.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const valueOf = ({ value }: Flag): string => {
  if (value === 'none') return '';
  if (value === 'path') return ' -r -F';
  return value === 'any' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`;
};

const linesOf = ({ name, flags, positional }: CompletedCommand): readonly string[] => {
  const when = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    ...flags.map(
      (flag) =>
        `complete -c dpm-prep ${when} -l ${flag.name.slice(2)}${valueOf(flag)} -d ${quoted(flag.help)}`,
    ),
    ...(positional === 'none'
      ? []
      : positional === 'path'
        ? [`complete -c dpm-prep ${when} -F`]
        : [`complete -c dpm-prep ${when} -a ${quoted(positional.join(' '))}`]),
  ];
};

/** A completion script for fish. */
export const fishCompletion = (commands: readonly CompletedCommand[]): string =>
  [
    '# fish completion for dpm-prep: dpm-prep completion fish | source',
    'complete -c dpm-prep -f',
    ...commands.map(
      ({ name, summary }) => `complete -c dpm-prep -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap(linesOf),
  ].join('\n');
