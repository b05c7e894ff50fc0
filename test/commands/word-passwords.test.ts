import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorld } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const quick = { installMs: 1, configureMs: 1, scriptMs: 1, attachDelayMs: 0 };
const names = ['--dpm-server-name', 'Server01', '--ps-name', 'Finance01', '--user-name', 'mark'];

// Names that the user gives or that stand in command lines, and which a password policy accepts.
const accepted = ['Server01', 'Finance01', 'SetDpmServer.exe'];
// Words of our documents, of the journal and of JSON. The practice computer's policy refuses them (ID 32694).
const refused = ['ended', 'true', '2026', 'run', 'status', 'null', 'verified', 'fix'];

describe('a password that is one of our own words', () => {
  it.each(accepted)('"%s" breaks no document and no journal, and is in none', async (password) => {
    const world = await openWorld({ folder: join(temporaryFolder('word'), 'world'), behaviour: quick });
    const run = async (words: readonly string[]): Promise<CliResult> =>
      dpmPrep([...words, '--world', world.folder, '--yes', '--no-input', '--json'], {
        environment: { DPM_PREP_PASSWORD: password },
      });
    await run(['install-agent', '--accept-eula']);
    const handovers = join(world.folder, 'exchange');
    const set = await run(['set-dpm-server', ...names, '--auth', 'ntlm', '--handover-folder', handovers]);
    const document = reportDocumentSchema.parse(JSON.parse(set.stdout));
    expect(document).toMatchObject({ exitCode: 6, outcome: 'other-machine-next', problem: null });
    expect(set.stdout).not.toContain('[hidden]');
    const attach = await run(['attach', '--handover', join(handovers, 'Finance01.handover.json')]);
    expect(reportDocumentSchema.parse(JSON.parse(attach.stdout))).toMatchObject({ exitCode: 0 });
    const journal = readFileSync(
      join(world.folder, 'machines', 'Finance01', 'dpm-prep', 'journal.jsonl'),
      'utf8',
    );
    expect(journal).not.toContain('[hidden]');
    for (const line of journal.trimEnd().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    const resumed = await run(['resume']);
    expect(reportDocumentSchema.parse(JSON.parse(resumed.stdout))).toMatchObject({
      outcome: 'nothing-to-do',
    });
  });

  it.each(refused)('"%s" is refused by the tool, and document and journal stay whole', async (password) => {
    const world = await openWorld({ folder: join(temporaryFolder('word'), 'world'), behaviour: quick });
    const run = async (words: readonly string[]): Promise<CliResult> =>
      dpmPrep([...words, '--world', world.folder, '--yes', '--no-input', '--json'], {
        environment: { DPM_PREP_PASSWORD: password },
      });
    await run(['install-agent', '--accept-eula']);
    const set = await run(['set-dpm-server', ...names, '--auth', 'ntlm']);
    const document = reportDocumentSchema.parse(JSON.parse(set.stdout));
    expect(document).toMatchObject({ exitCode: 4, outcome: 'tool-failed', problem: { dpmErrors: [32694] } });
    expect(set.stdout).not.toContain('[hidden]');
    const after = await run(['status']);
    expect(reportDocumentSchema.parse(JSON.parse(after.stdout)).exitCode).not.toBe(1);
  });
});

describe('a relative path', () => {
  it('means the same place for every step, and is recorded whole', async () => {
    const base = temporaryFolder('relative');
    const world = await openWorld({ folder: join(base, 'world'), behaviour: quick });
    const common = ['--world', world.folder, '--yes', '--no-input', '--json'];
    const options = { environment: { DPM_PREP_PASSWORD: 'Unique-Word-4711!' }, folder: base };
    await dpmPrep(['install-agent', '--accept-eula', ...common], options);
    const set = await dpmPrep(
      ['set-dpm-server', ...names, '--auth', 'ntlm', '--handover-folder', '.', ...common],
      options,
    );
    expect(reportDocumentSchema.parse(JSON.parse(set.stdout))).toMatchObject({
      exitCode: 6,
      next: { handoverFile: join(base, 'Finance01.handover.json') },
    });
  });
});
