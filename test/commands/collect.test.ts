import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('collect');
const world = join(folder, 'world');
const names = /Finance01|Server01|\bmark\b/i;

describe('dpm-prep collect', () => {
  beforeAll(async () => {
    const played = await dpmPrep(['rehearse', '--world', world, '--json']);
    expect(played.code).toBe(0);
  }, 120_000);

  it.each(['protected-computer', 'dpm-server'])('tells of the %s without a name', async (on) => {
    const out = join(folder, `${on}.txt`);
    const { code, stderr } = await dpmPrep(['collect', '--world', world, '--on', on, '--out', out]);
    expect(stderr).toContain('REHEARSAL');
    expect(code).toBe(0);
    const text = readFileSync(out, 'utf8');
    expect(text).toContain('REHEARSAL');
    expect(text).toContain(
      on === 'dpm-server' ? '-PSName <System.String>' : 'SetDpmServer.exe -DpmServerName computer-',
    );
    expect(text).toContain('== Assumptions about DPM');
    expect(text).not.toMatch(names);
    expect(text).not.toContain('Could not be asked');
  });

  it('leaves the names where that is wanted', async () => {
    const { stdout, code } = await dpmPrep(['collect', '--world', world, '--names']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/SetDpmServer\.exe -DpmServerName Server01 -isNonDomainServer -UserName mark/);
  });

  it('says what it judged as one JSON document', async () => {
    const { data: given } = document(await dpmPrep(['collect', '--world', world, '--json']));
    const data = given as {
      readonly assumptions: readonly { readonly verdict: string; readonly what: string }[];
    };
    expect(data.assumptions.length).toBeGreaterThan(8);
    expect(data.assumptions.filter(({ verdict }) => verdict === 'did not hold')).toEqual([]);
    expect(data.assumptions.find(({ what }) => what.includes('service DPMRA'))?.verdict).toBe('held');
  });

  it('never overwrites a file', async () => {
    const out = join(folder, 'mine.txt');
    writeFileSync(out, 'mine');
    const { code, stderr } = await dpmPrep(['collect', '--world', world, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain('collect never overwrites a file');
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});
