import * as z from 'zod';
import { flagOf } from '../../answers/parameter.js';
import { parameterOf, runParameters, type ParameterKey } from '../../answers/parameters.js';
import { bashCompletion } from '../../completion/bash.js';
import { fishCompletion } from '../../completion/fish.js';
import { powershellCompletion } from '../../completion/powershell.js';
import { shells, type CompletedCommand, type Flag, type Shell } from '../../completion/words.js';
import { zshCompletion } from '../../completion/zsh.js';
import { usageProblem } from '../../problem.js';
import { report } from '../../run/report.js';
import type { CommandModule, KeysOf, CommandSpec, Subcommand } from '../../application/command.js';
import { schemaParts } from '../../answers/schema-parts.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const dataSchema = z.strictObject({
  shell: z.enum(['powershell', 'bash', 'zsh', 'fish']),
  script: z.string(),
});

const pathValues: ReadonlySet<string> = new Set(['file', 'folder', 'path']);

const valueOf = (key: ParameterKey): Flag['value'] => {
  const parameter = parameterOf(key);
  if (parameter.value === undefined) return 'none';
  const schema: unknown = parameter.schema(schemaParts);
  const out: unknown = schema instanceof z.ZodPipe ? schema.out : null;
  const one: unknown = out instanceof z.ZodArray ? out.element : out;
  if (one instanceof z.ZodEnum) return one.options.map(String);
  return pathValues.has(parameter.value) ? 'path' : 'any';
};

const flagsOf = (keys: readonly ParameterKey[]): readonly Flag[] => [
  ...keys
    .filter((key) => !parameterOf(key).secret)
    .map((key) => ({
      name: flagOf(key, parameterOf(key)),
      help: parameterOf(key).help,
      value: valueOf(key),
    })),
  { name: '--help', help: 'show help', value: 'none' },
];

/** Documents of `schema` and shells of `completion` are words of their own; other positionals are files. */
const positionalOf = ({ name, positional }: CommandSpec): CompletedCommand['positional'] => {
  if (name === 'completion') return shells;
  if (name === 'schema') return ['report', 'answers', 'handover', 'switch-plan'];
  return positional === undefined ? 'none' : 'path';
};

export const completedCommands = (commands: readonly Subcommand[]): readonly CompletedCommand[] =>
  commands.map((spec) => ({
    name: spec.name,
    summary: spec.summary,
    flags: flagsOf([...spec.parameters, ...runParameters]),
    positional: positionalOf(spec),
  }));

const scripts: Readonly<Record<Shell, (of: readonly CompletedCommand[]) => string>> = {
  powershell: powershellCompletion,
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const run: CommandModule<Keys>['run'] = async ({ commands, positional, spec }) => {
  const shell = shells.find((one) => one === positional[0]);
  if (shell === undefined) {
    throw usageProblem(
      `There is no completion for "${(positional[0] ?? '').slice(0, 40)}".`,
      `Shells: ${shells.join(', ')}.`,
    );
  }
  return Promise.resolve(
    report({ command: spec.name, data: { shell, script: scripts[shell](completedCommands(commands)) } }),
  );
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    screen.print(dataSchema.parse(result.data).script);
  },
} satisfies CommandModule<Keys>;
