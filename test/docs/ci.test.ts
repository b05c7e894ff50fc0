import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { noOpenssl, Workshop, csp, ksp } from '../support/openssl.js';

// The commands of docs/ci.md, run as they stand there.

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'ci.md'), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '');

interface Job {
  readonly run?: string;
  readonly script?: string;
}
const [github, azure] = blocks('yaml').map((block) => parse(block) as Record<string, unknown>);
const githubSteps = (github?.jobs as { check: { steps: readonly Job[] } }).check.steps;
const azureSteps = azure?.steps as readonly Job[];

const commands: readonly string[] = [
  ...new Set(
    [...blocks('sh'), ...githubSteps.map(({ run }) => run), ...azureSteps.map(({ script }) => script)]
      .map((line) => line?.trim() ?? '')
      .filter((line) => line.startsWith('dpm-prep')),
  ),
];

test('both pipelines run the commands that the page shows', () => {
  expect(commands).toHaveLength(2);
  expect(githubSteps.map(({ run }) => run)).toEqual(expect.arrayContaining([...commands]));
  expect(azureSteps.map(({ script }) => script)).toContain(commands[0]);
});

describe.skipIf(noOpenssl || process.platform === 'win32')(
  'run in a folder of certificates (needs openssl and a POSIX shell)',
  () => {
    let shop: Workshop;
    const run = (command: string) =>
      spawnSync('sh', ['-c', command], {
        cwd: shop.folder,
        encoding: 'utf8',
        env: {
          PATH: [shop.folder, process.env.PATH ?? ''].join(delimiter),
          HOME: shop.folder,
          CI: 'true',
          DPM_PREP_PASSWORD: 'pipeline-secret',
        },
      });
    const result = (name: string): string => readFileSync(join(shop.folder, name), 'utf8');

    beforeAll(() => {
      shop = new Workshop();
      const program = join(shop.folder, 'dpm-prep');
      writeFileSync(
        program,
        `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'dpm-prep.js')}' "$@"\n`,
      );
      chmodSync(program, 0o755);
      const folder = join(shop.folder, 'certificates');
      mkdirSync(folder);
      const authority = shop.root();
      writeFileSync(join(shop.folder, 'root.pem'), authority.pem);
      for (const [name, provider] of [
        ['good', csp],
        ['cng', ksp],
      ] as const) {
        const leaf = shop.leaf(authority, `/CN=${name}.contoso.com`);
        writeFileSync(
          join(folder, `${name}.pfx`),
          shop.pfx(leaf, { password: 'pipeline-secret', csp: provider }),
        );
      }
    });
    afterAll(() => {
      shop.remove();
    });

    test('a certificate that DPM would refuse fails the job, and the results are there to show', () => {
      for (const command of commands) expect(run(command).status, command).toBe(3);
      const junit = result('dpm-certificates.xml');
      expect(junit).toMatch(/<testsuite name="[^"]*cng\.pfx"[^>]*failures="1"/);
      expect(junit).toMatch(/<testsuite name="[^"]*good\.pfx"[^>]*failures="0"/);
      expect(result('dpm-certificates.html')).toContain('1 not ready');
    });

    test('without it, the job passes', () => {
      rmSync(join(shop.folder, 'certificates', 'cng.pfx'));
      for (const command of commands) {
        const { status, stderr } = run(command);
        expect(status, stderr).toBe(0);
      }
    });
  },
);
