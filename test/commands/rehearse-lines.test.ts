import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/rehearsal/log.js';
import { contentOf } from '../support/certificate-world.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/* The command that README's first line leads to: the whole procedure, both machines, every line as the page has it. */

const folder = temporaryFolder('rehearse-lines');

interface Acted {
  readonly side: string;
  readonly command: string;
  readonly exitCode: number;
  readonly changed: boolean;
  readonly steps: readonly { readonly command: string; readonly state: string }[];
}

const rehearse = async (world: string, ...words: readonly string[]) => {
  const result = await dpmPrep(['rehearse', '--json', '--world', join(folder, world), ...words]);
  const parsed = document(result);
  return { result, parsed, acts: (parsed.data as { readonly acts: readonly Acted[] }).acts };
};

const linesOf = (acts: readonly Acted[]): readonly string[] =>
  acts.flatMap(({ side, steps }) => steps.map(({ command }) => `${side}: ${command}`));

describe('dpm-prep rehearse', () => {
  it.each([
    [
      "the page's example 1",
      'one',
      [],
      [
        'protected-computer: DPMAgentInstaller_x64.exe /q /IAcceptEULA',
        'protected-computer: SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark',
        'protected-computer: write C:\\Users\\Administrator\\Finance01.handover.json',
        'dpm-server: Attach-NonDomainServer.ps1 -DpmServername Server01 -PSName Finance01 -Username mark',
        'dpm-server: Update-DPMProductionServer -ProductionServer (Get-DPMProductionServer -DPMServerName Server01 | Where-Object ServerName -eq Finance01)',
      ],
    ],
    [
      "the page's example 2",
      'two',
      ['--production-server-dns-suffix', 'widgets.corp.com'],
      [
        'protected-computer: DPMAgentInstaller_x64.exe /q /IAcceptEULA',
        'protected-computer: SetDpmServer.exe -dpmServerName Server01.corp.contoso.com -isNonDomainServer -userName mark -productionServerDnsSuffix widgets.corp.com',
        'protected-computer: write C:\\Users\\Administrator\\Finance01.widgets.corp.com.handover.json',
        'dpm-server: Attach-NonDomainServer.ps1 -DPMServername Server01.corp.contoso.com -PSName Finance01.widgets.corp.com -Username mark',
        'dpm-server: Update-DPMProductionServer -ProductionServer (Get-DPMProductionServer -DPMServerName Server01.corp.contoso.com | Where-Object ServerName -eq Finance01.widgets.corp.com)',
      ],
    ],
  ])('%s, and again: nothing to do, nothing changed', async (_what, world, words, lines) => {
    const { result, parsed, acts } = await rehearse(world, ...words);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(parsed).toMatchObject({ rehearsal: true, changed: true, outcome: 'done' });
    // PowerShell and SetDpmServer take parameters in any case; the page itself writes both.
    expect(linesOf(acts).map((line) => line.toLowerCase())).toEqual(lines.map((line) => line.toLowerCase()));
    expect(acts.flatMap(({ steps }) => steps.map(({ state }) => state))).toEqual(lines.map(() => 'done'));
    const started = readLog(join(folder, world)).length;
    const before = contentOf(join(folder, world));
    const again = await rehearse(world, ...words);
    expect(again.result.code).toBe(0);
    expect(again.parsed).toMatchObject({ changed: false, outcome: 'nothing-to-do' });
    // The DPM server is asked to refresh what it shows of the computer; nothing else is started.
    const startedAgain = readLog(join(folder, world))
      .slice(started)
      .flatMap((entry) => (entry.event === 'started' ? [entry.tool] : []));
    expect(startedAgain).toEqual(['refresh-computer']);
    const after = contentOf(join(folder, world));
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    // That a run was there is written down, nothing else.
    expect(changed.filter((path) => !/(?:journal|[\\/]log)\.jsonl$/.test(path))).toEqual([]);
  });

  it('the certificate way: both files are carried, and attached is the one of the protected computer', async () => {
    const { result, acts } = await rehearse('three', '--auth', 'certificate');
    expect(result.code, result.stdout + result.stderr).toBe(0);
    const lines = linesOf(acts);
    const of = 'C:\\CertMetaData\\CertificateConfiguration_';
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^dpm-server: Set-DPMCredentials -DPMServerName Server01\.corp\.contoso\.com -Type Certificate -Action Configure -OutputFilePath C:\\ProgramData\\dpm-prep\\[0-9a-f]{16} -Thumbprint [0-9A-F]{40}$/,
      ),
    );
    // Into an empty folder of this run, then to where it is wanted: what is in it has one origin.
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^protected-computer: SetDpmServer\.exe -dpmCredential C:\\CertMetaData\\CertificateConfiguration_Server01\.corp\.contoso\.com\.bin -OutputFilePath C:\\ProgramData\\dpm-prep\\[0-9a-f]{16} -Thumbprint [0-9A-F]{40}$/,
      ),
    );
    expect(lines.at(-2)).toBe(
      `dpm-server: Attach-ProductionServerWithCertificate.ps1 -DPMServerName Server01.corp.contoso.com -PSCredential ${of}Finance01.widgets.corp.com.bin`,
    );
    expect(result.stderr).toMatch(
      /Copied from the DPM server to the protected computer[^]*Server01\.corp\.contoso\.com\.bin/,
    );
    expect(result.stderr).toMatch(
      /Copied from the protected computer to the DPM server[^]*Finance01\.widgets\.corp\.com\.bin/,
    );
    const again = await rehearse('three', '--auth', 'certificate');
    expect(again.parsed).toMatchObject({ exitCode: 0, changed: false, outcome: 'nothing-to-do' });
  });

  it('a pair that is broken on purpose ends the rehearsal where the step fails, with its exit code', async () => {
    const world = join(folder, 'broken');
    const { openWorld } = await import('../../src/rehearsal/world.js');
    await openWorld({ folder: world, faults: ['installer:exit-0-does-nothing'] });
    const { result, acts } = await rehearse('broken');
    expect(result.code).toBe(5);
    expect(acts.map(({ command, exitCode }) => [command, exitCode])).toEqual([['dpm-prep install-agent', 5]]);
  });
});
