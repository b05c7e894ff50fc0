import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = join(temporaryFolder('secondary'), 'world');
const workload = ['--workload', 'secondary-dpm-server'] as const;

const run = async (...words: readonly string[]) => {
  const result = await dpmPrep([...words, '--world', folder, '--json']);
  return { code: result.code, document: reportDocumentSchema.parse(JSON.parse(result.stdout)) };
};

describe('a DPM server that a secondary DPM server protects', () => {
  beforeAll(async () => {
    const { code, document } = await run('rehearse', ...workload, '--yes');
    expect(code, document.problem?.what).toBe(0);
  }, 120_000);

  it('is in the list of the secondary one, by certificate', async () => {
    const { document } = await run('status', '--on', 'Secondary01');
    expect(document.data).toMatchObject({
      healthy: true,
      certificateConfiguration: 'configured',
      protectedComputers: [{ name: 'Primary01.corp.contoso.com' }],
    });
  });

  it('knows the secondary one, and is not taken for one that protects by certificate itself', async () => {
    const { code, document } = await run('status', '--on', 'Primary01');
    expect(code).toBe(0);
    expect(document.data).toMatchObject({
      role: 'dpm-server',
      configuredDpmServers: ['Secondary01.corp.contoso.com'],
      certificateConfiguration: 'not-configured',
    });
  });

  it('is refused without the workload, and the refusal names it', async () => {
    const { code, document } = await run(
      ...['set-dpm-server', '--auth', 'certificate', '--on', 'Primary01', '--yes'],
      ...['--handover', 'C:\\CertMetaData\\Primary01.corp.contoso.com.handover.json'],
    );
    expect(code).toBe(3);
    expect(document.problem?.fix.join(' ')).toContain('--workload secondary-dpm-server');
  });

  it('is refused for NTLM before anything is asked', async () => {
    const { code, document } = await run(
      ...['set-dpm-server', '--auth', 'ntlm', '--on', 'Primary01', '--yes', ...workload],
      ...['--dpm-server-name', 'Secondary01', '--user-name', 'mark'],
    );
    expect(code).toBe(3);
    expect(document.problem?.what).toContain('certificate authentication only');
  });

  it('is not installed an agent, because DPM brings it', async () => {
    const { code, document } = await run('install-agent', '--on', 'Primary01', '--yes', ...workload);
    expect(code).toBe(0);
    expect(document.changed).toBe(false);
  });
});

it('is refused on a computer that is not a DPM server', async () => {
  const other = join(temporaryFolder('not-secondary'), 'world');
  const words = ['preflight', '--world', other, '--on', 'protected-computer', '--json', ...workload];
  const result = await dpmPrep([...words, '--auth', 'certificate']);
  const { findings } = reportDocumentSchema.parse(JSON.parse(result.stdout));
  expect(findings).toContainEqual(expect.objectContaining({ id: 'role', status: 'fail' }));
});
