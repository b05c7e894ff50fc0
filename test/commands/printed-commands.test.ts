import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { commandsIn, withoutPlace, wrongWith } from '../support/printed-commands.js';

/* Every dpm-prep command in a text of the program can be copied, and the command that it names accepts it. */

const root = join(import.meta.dirname, '..', '..', 'src');

/** The texts of a source file; what is filled in while the program runs is a placeholder. */
const textsOf = (path: string): readonly string[] => {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node)) {
      texts.push([node.head.text, ...node.templateSpans.map((span) => `<x>${span.literal.text}`)].join(''));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  return texts;
};

/** Help has its own check (test/docs); completion and fixtures hold the name in shell code and in names of CAs. */
const elsewhere = /^(?:main\.ts|completion\/|commands\/fixtures\/|commands\/[a-z-]+\/spec\.ts)/;

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !elsewhere.test(path));

it('every command in the texts of the program can be pasted', () => {
  let seen = 0;
  const wrong = sources.flatMap((path) =>
    textsOf(join(root, path))
      .flatMap(commandsIn)
      .flatMap((line) => {
        seen += 1;
        const what = wrongWith(line);
        return what === null ? [] : [`${path}: ${line}: ${what}`];
      }),
  );
  expect(wrong).toEqual([]);
  // A rule that finds nothing checks nothing.
  expect(seen).toBeGreaterThan(100);
});

it('every command that runs on either computer says on which one', () => {
  const wrong = sources.flatMap((path) =>
    textsOf(join(root, path))
      .flatMap(withoutPlace)
      .map((line) => `${path}: ${line}`),
  );
  expect(wrong).toEqual([]);
});

it.each([
  ['Read its log, and run there: dpm-prep preflight', 1],
  ['If <x> does not have it, run on <x>: dpm-prep update-password', 1],
  ['Run on the DPM server <x>: dpm-prep update-password', 0],
  ['Run there: dpm-prep attach', 0],
])('finds the commands without a computer in %j', (text, count) => {
  expect(withoutPlace(text)).toHaveLength(count);
});

it.each([
  ['Run dpm-prep attach, then look.', 'PowerShell takes'],
  ['Run: dpm-prep attach now', 'attach takes no now'],
  ['Run: dpm-prep status --thumbprint ab', 'status has no --thumbprint'],
  ['Run "dpm-prep status" there.', null],
  ['Run: dpm-prep attach --handover <file>', null],
])('judges %j', (text, what) => {
  const [line = ''] = commandsIn(text);
  expect(line).not.toBe('');
  if (what === null) expect(wrongWith(line)).toBeNull();
  else expect(wrongWith(line)).toContain(what);
});
