import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// Words and shapes that a reader has to read twice, in all text that people read. Each has the standard word beside it.

interface Rule {
  readonly shape: RegExp;
  readonly instead: string;
  readonly refused: string;
  readonly allowed: string;
}

/** Text is matched with its line breaks as spaces, so a sentence may wrap anywhere. */
const rules: readonly Rule[] = [
  {
    shape: /\b[Aa]new\b/,
    instead: 'again',
    refused: 'the password is asked for anew',
    allowed: 'a new password',
  },
  {
    shape: /\b[Mm]end(?:s|ed|ing)?\b/,
    instead: 'fix',
    refused: 'Once it is mended',
    allowed: 'an amendment',
  },
  {
    shape: /\b(?:[Gg]o|[Gg]oes|[Gg]oing|[Gg]one|[Ww]ent)\s+on\b/,
    instead: 'continue, resume',
    refused: 'resume goes on with the next step',
    allowed: 'resume continues with the next step',
  },
  {
    shape: /(?<!\b[Tt]here\s+)\b(?:is|are|was|were)\s+no(?:ne)?\b(?!\s+(?:longer|more)\b)/,
    instead: '"X is not a Y"',
    refused: 'Server01 is no DPM server',
    allowed: 'There is no agent, and it is no longer listed',
  },
  {
    shape: /\b(?:is|are|was|were)\s+another\b/,
    instead: 'differs, a different X',
    refused: 'its content is another',
    allowed: 'on another computer',
  },
  {
    shape: /\b[Aa]ny\s+more\b/,
    instead: 'no longer',
    refused: 'it is not listed any more',
    allowed: 'it is no longer listed',
  },
  {
    shape: /\bbelongs?\s+into\b/,
    instead: 'are not allowed in',
    refused: 'a password does not belong into an answer file',
    allowed: 'it belongs in the folder',
  },
  {
    shape: /\b(?:lies|lay|lain)\b/,
    instead: 'is, was',
    refused: 'a file that lay there before',
    allowed: 'the layout relies on it',
  },
  {
    shape: /\bfor\s+so\s+long\b/,
    instead: 'for this long, for this many seconds',
    refused: 'when it has written nothing for so long',
    allowed: 'as long as the run lasts',
  },
  {
    shape: /\b[Cc]ut\s+off\b/,
    instead: 'interrupted',
    refused: 'a run that was cut off',
    allowed: 'an interrupted run',
  },
  {
    shape: /\bspeaks?\s+against\b/,
    instead: 'prevents, fails',
    refused: 'Nothing speaks against it',
    allowed: 'No check failed',
  },
  {
    shape: /\bfor\s+good\b(?!\s+\w)/,
    instead: 'permanently',
    refused: 'the file is refused for good.',
    allowed: 'there is a reason for good names',
  },
  {
    shape: /\b(?:is|are|was)\s+undone\b/,
    instead: 'say that completed steps stay in place',
    refused: 'Nothing is undone',
    allowed: 'Completed steps stay in place',
  },
  {
    shape: /\bof\s+(?:ours|theirs)\b/,
    instead: 'our X, X of dpm-prep',
    refused: 'a limit of ours',
    allowed: 'a limit of dpm-prep',
  },
];

const root = join(import.meta.dirname, '..');

const isText = (node: ts.Node): node is ts.LiteralLikeNode =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node) ||
  ts.isRegularExpressionLiteral(node);

/** The first argument of `it('…')`, `describe('…')`, `test.each(…)('…')` and their like. */
const isTestName = (node: ts.Node): boolean => {
  const call = node.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== node) return false;
  let callee: ts.Expression = call.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  return ts.isIdentifier(callee) && ['it', 'test', 'describe'].includes(callee.text);
};

const blank = (text: string): string => text.replace(/\S/g, '\0');

/** A source file in which only comments and literals (in tests: names of tests) are left; each character keeps its place. */
const textOfCode = (path: string, source: string): string => {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const texts = new Map<number, { readonly end: number; readonly read: boolean }>();
  const inTests = path.startsWith('test/');
  const collect = (node: ts.Node): void => {
    if (isText(node)) {
      const read = !ts.isRegularExpressionLiteral(node) && (!inTests || isTestName(node));
      texts.set(node.getStart(file), { end: node.end, read });
    }
    ts.forEachChild(node, collect);
  };
  collect(file);
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, source);
  let text = '';
  while (text.length < source.length) {
    const at = text.length;
    const literal = texts.get(at);
    if (literal) {
      const inside = source.slice(at, literal.end);
      text += literal.read ? inside.replace(/^[`'"}]|(?:[`'"]|\$\{)$/g, blank) : blank(inside);
      scanner.resetTokenState(literal.end);
      continue;
    }
    const kind = scanner.scan();
    const token = source.slice(at, scanner.getTokenEnd());
    const isComment =
      kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia;
    text += isComment
      ? token.replace(/^\/[/*]+|\*\/$|(?<=\n[ \t]*)\*/g, (mark) => ' '.repeat(mark.length))
      : blank(token);
    if (kind === ts.SyntaxKind.EndOfFileToken) break;
  }
  return text;
};

/** Any other file: all of it, without the marks that begin a line. */
const textOfProse = (source: string): string =>
  source.replace(/^[ \t]*(?:#+|\/{2,}|>)/gm, (mark) => ' '.repeat(mark.length));

/** Each place in `text` that breaks a rule: line, what stands there, and what to write instead. */
const broken = (path: string, source: string): readonly string[] => {
  const text = /\.(?:ts|js|mjs|cjs)$/.test(path) ? textOfCode(path, source) : textOfProse(source);
  return rules.flatMap(({ shape, instead }) =>
    [...text.matchAll(new RegExp(shape, 'g'))].map((match) => {
      const line = source.slice(0, match.index).split('\n').length;
      return `${path}:${String(line)}: "${match[0].replace(/\s+/g, ' ')}"; write: ${instead}`;
    }),
  );
};

/** About 25 words are plain; with more than this nobody reads a sentence once. */
const mostWords = 40;

/** The sentences of a page, without its code, tables and headings; an item of a list ends a sentence. */
const sentencesOf = (page: string): readonly string[] =>
  page
    .replace(/^```[^]*?^```/gm, '')
    .replace(/^[|#!].*$/gm, '')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)/)
    .flatMap((part) => part.split(/(?<=[.!?:;])\s/))
    .map((sentence) => sentence.trim().replace(/\s+/g, ' '))
    // A row of links is not a sentence.
    .filter((sentence) => !sentence.includes(' · '));

const tooLong = (page: string): readonly string[] =>
  sentencesOf(page).filter((sentence) => sentence.split(' ').length > mostWords);

describe('the rules', () => {
  it.each(rules)('refuse "$refused" and allow "$allowed"', ({ shape, refused, allowed }) => {
    expect(refused).toMatch(shape);
    expect(allowed).not.toMatch(shape);
  });

  it.each([
    ['a comment', 'const a = 1; // it is asked anew\n'],
    ['a comment that wraps', '// Server01 is\n// no DPM server\n'],
    ['a docstring that wraps', '/** Once more it goes\n * on. */\nconst a = 1;\n'],
    ['a string', "const a = 'asked anew';\n"],
    ['a template around a value', 'const a = `${b} is no DPM server`;\n'],
    ['a string inside a template', "const a = `x ${b ? 'asked anew' : ''} y`;\n"],
    ['a comment after a regular expression', "const a = /['`]/; // asked anew\n"],
  ])('are applied to %s', (_what, source) => {
    expect(broken('src/planted.ts', source)).toHaveLength(1);
  });

  it('count the words of a sentence, and not those of code and tables', () => {
    const words = (count: number): string => `${'word '.repeat(count)}end`;
    const page = `\`\`\`\n${words(60)}\n\`\`\`\n\n| ${words(60)} |\n\n- ${words(20)}\n- ${words(20)}\n\n${words(20)}; ${words(20)}`;
    expect(tooLong(page)).toEqual([]);
    expect(tooLong(words(mostWords - 1))).toEqual([]);
    expect(tooLong(words(mostWords))).toHaveLength(1);
  });

  it('are not applied to code, and in a test only to its name and its comments', () => {
    expect(broken('src/planted.ts', 'const anew = /anew/;\n')).toEqual([]);
    expect(broken('test/planted.ts', "print('asked anew');\n")).toEqual([]);
    expect(broken('test/planted.ts', "it.each([1])('is asked anew', () => {});\n")).toEqual([
      'test/planted.ts:1: "anew"; write: again',
    ]);
  });
});

describe('everything that people read', () => {
  const files = globSync(
    [
      '{src,scripts,bench,bin,.ci,test,fleet}/**/*.{ts,js,ps1,cs,py,yml,yaml,md,j2}',
      '*.md',
      'docs/**/*.md',
      '.github/**/*.{md,yml}',
    ],
    {
      cwd: root,
      dot: true,
      // The examples above are what the rules refuse.
      ignore: ['**/node_modules/**', '**/dist/**', '**/obj/**', 'test/voice.test.ts'],
    },
  );

  it('is found', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'src/main.ts',
        'src/powershell/dpm.ps1',
        '.github/workflows/ci.yml',
      ]),
    );
  });

  it('has no endless sentences in its pages', () => {
    const pages = files.filter((path) => /^[^/]*\.md$|^docs\//.test(path));
    const found = pages.flatMap((path) =>
      tooLong(readFileSync(join(root, path), 'utf8')).map((sentence) => `${path}: ${sentence}`),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(found).toEqual([]);
  });

  it('uses standard words', () => {
    expect(files.flatMap((path) => broken(path, readFileSync(join(root, path), 'utf8'))).sort()).toEqual([]);
  });
});
