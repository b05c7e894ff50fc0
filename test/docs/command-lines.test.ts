import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagOf } from '../../src/answers/parameter.js';
import { parameterOf, runParameters, type ParameterKey } from '../../src/answers/parameters.js';
import { commands, defaultCommand } from '../../src/commands/registry.js';

// Every command line that a page shows, and every link in it.

const root = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const flagsOf = (keys: readonly ParameterKey[]): readonly string[] =>
  keys.flatMap((key) => {
    const parameter = parameterOf(key);
    return parameter.secret ? [] : [flagOf(key, parameter), parameter.alias ?? []].flat();
  });
const everyFlag = ['--help', ...flagsOf(runParameters)];

/** What is wrong with a command line, or null. Values are not looked at. */
const wrongWith = (line: string): string | null => {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g)?.slice(1) ?? [];
  const until = words.findIndex((word) => /^[|<>&;]+$/.test(word));
  const own = until === -1 ? words : words.slice(0, until);
  const name = own[0] === undefined || own[0].startsWith('-') ? defaultCommand : own[0];
  if (own[0] === '--version' || own[0] === '--help') return null;
  const spec = commands.find((one) => one.name === name);
  if (!spec) return `no command ${name}`;
  const taken = [...everyFlag, ...flagsOf(spec.parameters)];
  const unknown = own.filter((word) => word.startsWith('--') && !taken.includes(word));
  return unknown.length === 0 ? null : `${name} has no ${unknown.join(', ')}`;
};

const commandLines = (text: string): readonly string[] => {
  const blocks = [...text.matchAll(/^```[^\n]*\n([^]*?)^```/gm)].flatMap((match) =>
    (match[1] ?? '').replaceAll(/[\\`]\n\s*/g, ' ').split('\n'),
  );
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map((match) =>
    (match[1] ?? '').replaceAll(/\s*\n\s*/g, ' '),
  );
  return [...blocks, ...spans]
    .map((line) =>
      line
        .trim()
        .replace(/^(?:\$|>|-|run:|script:) /, '')
        .trim(),
    )
    .filter((line) => /^dpm-prep(?: |$)/.test(line));
};

const linked = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

it('the program has what its own examples use', () => {
  const lines = commands.flatMap(({ examples }) => examples.map(({ line }) => line));
  expect(
    lines
      .filter((line) => line.startsWith('dpm-prep'))
      .map(wrongWith)
      .filter(Boolean),
  ).toEqual([]);
});

it('an unknown command or flag is noticed', () => {
  expect(wrongWith('dpm-prep no-such-command')).toBe('no command no-such-command');
  expect(wrongWith('dpm-prep status --thumbprint ab --json')).toBe('status has no --thumbprint');
  expect(wrongWith('dpm-prep explain < msdpm.log')).toBeNull();
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll('\r\n', '\n');

  it('shows only command lines that the program takes', () => {
    const wrong = commandLines(text).flatMap((line) => {
      const what = wrongWith(line);
      return what === null ? [] : [`${line}: ${what}`];
    });
    expect(wrong).toEqual([]);
  });

  it('links to what is there', () => {
    expect(linked(text).filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });
});
