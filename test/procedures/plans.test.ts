import { describe, expect, it } from 'vitest';
import {
  certificateAttachPlan,
  certificateProtectedPlan,
  setCredentialsPlan,
} from '../../src/procedures/certificate.js';
import {
  nameFormProblem,
  ntlmAttachPlan,
  ntlmProtectedPlan,
  protectedComputerName,
  updatePasswordProtectedPlan,
  updatePasswordServerPlan,
} from '../../src/procedures/ntlm.js';
import { plannedLines, pageFaults } from '../../src/procedures/plan.js';

const bin = 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin';
const server = 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\bin';
const thumbprint = 'CF822D9BA1C801EF40D4B31DE0CFCB200A8A2496';

const lines = (plan: Parameters<typeof plannedLines>[0]): readonly string[] =>
  plannedLines(plan).map(({ line }) => line);

describe('the plans print the command lines of the page', () => {
  it('example 1: NetBIOS names', () => {
    const names = {
      dpmServerName: 'Server01',
      psName: 'Finance01',
      userName: 'mark',
      productionServerDnsSuffix: null,
    };
    expect(
      lines(
        ntlmProtectedPlan({
          names,
          binFolder: bin,
          installer: 'D:\\Agents\\DPMAgentInstaller_x64.exe',
          handoverFolder: 'C:\\Temp',
          rehearsal: false,
          sinceChanged: (step) => step,
        }),
      ),
    ).toEqual([
      'DPMAgentInstaller_x64.exe /q /IAcceptEULA',
      'SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark',
      'write C:\\Temp\\Finance01.handover.json',
    ]);
    expect(lines(ntlmAttachPlan({ names, binFolder: server, lastAttach: null }))).toEqual([
      'Attach-NonDomainServer.ps1 -DpmServername Server01 -PSName Finance01 -Username mark',
      'Update-DPMProductionServer -ProductionServer (Get-DPMProductionServer -DPMServerName Server01 | Where-Object ServerName -eq Finance01)',
    ]);
  });

  it('example 2: FQDNs and a DNS suffix', () => {
    const names = {
      dpmServerName: 'Server01.corp.contoso.com',
      psName: 'Finance01.widgets.corp.com',
      userName: 'mark',
      productionServerDnsSuffix: 'widgets.corp.com',
    };
    expect(
      lines(
        ntlmProtectedPlan({
          names,
          binFolder: bin,
          installer: null,
          handoverFolder: 'C:\\Temp\\',
          rehearsal: false,
          sinceChanged: (step) => step,
        }),
      )[0],
    ).toBe(
      'SetDpmServer.exe -dpmServerName Server01.corp.contoso.com -isNonDomainServer -userName mark -productionServerDnsSuffix widgets.corp.com',
    );
    expect(lines(ntlmAttachPlan({ names, binFolder: server, lastAttach: null }))).toEqual([
      'Attach-NonDomainServer.ps1 -DPMServername Server01.corp.contoso.com -PSName Finance01.widgets.corp.com -Username mark',
      expect.stringMatching(/^Update-DPMProductionServer/) as string,
    ]);
  });

  it('update the password, with the page’s two names for one server fixed', () => {
    expect(
      lines(updatePasswordProtectedPlan({ binFolder: bin, dpmServerName: 'Server01', userName: 'mark' })),
    ).toEqual(['SetDpmServer.exe -dpmServerName Server01 -isNonDomainServer -UpdatePassword']);
    const plan = updatePasswordServerPlan({
      binFolder: server,
      dpmServerName: 'Server01',
      psName: 'Finance01',
    });
    expect(lines(plan)[0]).toBe('Update-NonDomainServerInfo.ps1 -PSName Finance01 -dpmServerName Server01');
    // What the page prints wrong is for whoever compares, not among what must be known before the run.
    expect(plan.notes).toEqual([]);
    expect(pageFaults(plan).join('\n')).toMatch(
      /Update -NonDomainServerInfo[^]*a script in the DPM server's bin/,
    );
  });

  it('Set-DPMCredentials, first and again', () => {
    const common = { dpmServerName: 'dpmserver.contoso.com', outputFilePath: 'c:\\CertMetaData\\' };
    const newFolder = 'C:\\ProgramData\\dpm-prep\\0123456789abcdef';
    const input = {
      psNames: [],
      newFolder,
      lastMade: null,
      authorities: [],
      handoverFolder: 'C:\\Temp',
      rehearsal: false,
    };
    expect(
      lines(setCredentialsPlan({ ...input, credentials: { ...common, action: 'Configure', thumbprint } }))[1],
    ).toBe(
      `Set-DPMCredentials -DPMServerName dpmserver.contoso.com -Type Certificate -Action Configure -OutputFilePath ${newFolder} -Thumbprint ${thumbprint}`,
    );
    expect(lines(setCredentialsPlan({ ...input, credentials: { ...common, action: 'Regenerate' } }))[1]).toBe(
      `Set-DPMCredentials -DPMServerName dpmserver.contoso.com -Type Certificate -OutputFilePath ${newFolder} -Action Regenerate`,
    );
  });

  it('SetDpmServer by certificate, and the attach', () => {
    const plan = certificateProtectedPlan({
      dpmServerName: 'DPM01.contoso.com',
      psName: 'Finance01.widgets.corp.com',
      binFolder: bin,
      installer: null,
      dpmCredential: {
        path: `${bin}\\CertificateConfiguration_DPM01.contoso.com.bin`,
        name: 'x',
        sha256: null,
      },
      outputFilePath: 'c:\\Temp',
      newFolder: 'C:\\ProgramData\\dpm-prep\\0123456789abcdef',
      sinceChanged: (step) => step,
      thumbprint,
      handoverFolder: 'c:\\Temp',
      rehearsal: false,
      onceNtlmFor: null,
      authorities: [],
      dpmServerAuthorities: [],
    });
    expect(lines(plan)[1]).toBe(
      `SetDpmServer.exe -dpmCredential "${bin}\\CertificateConfiguration_DPM01.contoso.com.bin" -OutputFilePath C:\\ProgramData\\dpm-prep\\0123456789abcdef -Thumbprint ${thumbprint}`,
    );
    const attach = certificateAttachPlan({
      binFolder: server,
      dpmServerName: 'DPM01.contoso.com',
      psName: 'F.w.com',
      psCredential: 'C:\\Temp\\f.bin',
      sha256: null,
      lastAttach: null,
      listedBeforeCut: null,
    });
    expect(lines(attach)).toEqual([
      'Attach-ProductionServerWithCertificate.ps1 -DPMServerName DPM01.contoso.com -PSCredential C:\\Temp\\f.bin',
      expect.stringMatching(/^Update-DPMProductionServer/) as string,
    ]);
    expect(attach.steps[0]?.command({})).toMatchObject({
      kind: 'script',
      path: `${server}\\Attach-ProductionServerWithCertificate.ps1`,
      parameters: { PSCredential: 'C:\\Temp\\f.bin' },
    });
  });
});

describe('one form of names everywhere', () => {
  const computer = { netbiosName: 'FINANCE01', fqdn: 'finance01.home.local' };
  it.each([
    ['netbios', 'Server01', null, 'FINANCE01'],
    ['fqdn', 'Server01.corp.com', null, 'finance01.home.local'],
    ['fqdn', 'Server01.corp.com', 'widgets.corp.com', 'FINANCE01.widgets.corp.com'],
  ] as const)('%s %s with suffix %s: %s', (form, text, suffix, expected) => {
    expect(protectedComputerName({ text, form }, suffix, computer)).toBe(expected);
  });

  it('has no FQDN for a workgroup computer without a suffix', () => {
    expect(
      protectedComputerName({ text: 'S.corp.com', form: 'fqdn' }, null, { ...computer, fqdn: null }),
    ).toBeNull();
  });

  it.each([
    ['Server01', 'Finance01', null, null],
    ['Server01', 'Finance01.w.com', null, /32685/],
    ['Server01.c.com', 'Finance01', null, /32685/],
    ['Server01', 'Finance01.w.com', 'w.com', /32698/],
    ['Server01.c.com', 'Finance01.w.com', 'w.com', null],
  ] as const)('judges %s and %s with suffix %s', (dpm, ps, suffix, why) => {
    const problem = nameFormProblem(dpm, ps, suffix);
    if (why === null) expect(problem).toBeNull();
    else expect(problem).toMatch(why);
  });
});
