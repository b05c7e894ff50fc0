import { describe, expect, it } from 'vitest';
import * as lines from '../../src/dpm/command-lines.js';
import { faultyExamples, faultyExamplesOf } from '../../src/dpm/faulty-examples.js';

const line = (tool: string, words: readonly string[]): string => [tool, ...words].join(' ');
const named = (tool: string, parameters: Readonly<Record<string, string>>): string =>
  line(
    tool,
    Object.entries(parameters).flatMap(([name, value]) => [`-${name}`, value]),
  );

describe('the lines of the page, letter by letter', () => {
  it('installs the agent without a server name', () => {
    expect(line(lines.tool.agentInstaller, lines.installAgentArguments())).toBe(
      'DPMAgentInstaller_x64.exe /q /IAcceptEULA',
    );
  });

  it('example 1: a workgroup computer by NetBIOS name', () => {
    const names = { dpmServerName: 'Server01', userName: 'mark' };
    expect(
      line(
        lines.tool.setDpmServer,
        lines.setDpmServerNtlmArguments({ ...names, productionServerDnsSuffix: null }),
      ),
    ).toBe('SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark');
    expect(
      named(
        lines.tool.attachNonDomainServer,
        lines.attachNonDomainServerParameters({ ...names, psName: 'Finance01' }),
      ),
    ).toBe('Attach-NonDomainServer.ps1 -DpmServername Server01 -PSName Finance01 -Username mark');
  });

  it('example 2: conflicting NetBIOS names', () => {
    const names = { dpmServerName: 'Server01.corp.contoso.com', userName: 'mark' };
    expect(
      line(
        lines.tool.setDpmServer,
        lines.setDpmServerNtlmArguments({ ...names, productionServerDnsSuffix: 'widgets.corp.com' }),
      ),
    ).toBe(
      'SetDpmServer.exe -dpmServerName Server01.corp.contoso.com -isNonDomainServer -userName mark -productionServerDnsSuffix widgets.corp.com',
    );
    expect(
      named(
        lines.tool.attachNonDomainServer,
        lines.attachNonDomainServerParameters({ ...names, psName: 'Finance01.widgets.corp.com' }),
      ),
    ).toBe(
      'Attach-NonDomainServer.ps1 -DPMServername Server01.corp.contoso.com -PSName Finance01.widgets.corp.com -Username mark',
    );
  });

  it('the password update, NetBIOS example', () => {
    expect(
      line(lines.tool.setDpmServer, lines.setDpmServerUpdatePasswordArguments({ dpmServerName: 'Server01' })),
    ).toBe('SetDpmServer.exe -dpmServerName Server01 -isNonDomainServer -UpdatePassword');
    expect(
      named(
        lines.tool.updateNonDomainServerInfo,
        lines.updateNonDomainServerInfoParameters({ dpmServerName: 'Server01', psName: 'Finance01' }),
      ),
    ).toBe('Update-NonDomainServerInfo.ps1 -PSName Finance01 -dpmServerName Server01');
  });

  it('the certificate lines', () => {
    expect(
      line(
        'setdpmserver',
        lines.setDpmServerCertificateArguments({
          dpmCredential: 'CertificateConfiguration_DPM01.contoso.com.bin',
          outputFilePath: 'c:\\Temp',
          thumbprint: 'AB',
        }),
      ),
    ).toBe(
      'setdpmserver -dpmCredential CertificateConfiguration_DPM01.contoso.com.bin -OutputFilePath c:\\Temp -Thumbprint AB',
    );
    expect(
      named(
        lines.tool.attachProductionServerWithCertificate,
        lines.attachProductionServerWithCertificateParameters({ dpmServerName: 'S', psCredential: 'P.bin' }),
      ),
    ).toBe('Attach-ProductionServerWithCertificate.ps1 -DPMServerName S -PSCredential P.bin');
  });

  it('Set-DPMCredentials: example 1 as it stands, example 2 without its stray quotation mark', () => {
    const names = { dpmServerName: 'dpmserver.contoso.com', outputFilePath: 'c:\\CertMetaData\\' };
    const thumbprint = 'cf822d9ba1c801ef40d4b31de0cfcb200a8a2496';
    const { setDpmCredentials } = lines.tool;
    expect(
      named(
        setDpmCredentials,
        lines.setDpmCredentialsParameters({ ...names, action: 'Configure', thumbprint }),
      ),
    ).toBe(
      `Set-DPMCredentials -DPMServerName dpmserver.contoso.com -Type Certificate -Action Configure -OutputFilePath c:\\CertMetaData\\ -Thumbprint ${thumbprint}`,
    );
    expect(
      named(setDpmCredentials, lines.setDpmCredentialsParameters({ ...names, action: 'Regenerate' })),
    ).toBe(
      'Set-DPMCredentials -DPMServerName dpmserver.contoso.com -Type Certificate -OutputFilePath c:\\CertMetaData\\ -Action Regenerate',
    );
    expect(
      Object.keys(
        lines.setDpmCredentialsParameters({
          ...names,
          action: 'Configure',
          thumbprint,
          authCaThumbprint: thumbprint,
        }),
      ).at(-1),
    ).toBe('AuthCAThumbprint');
  });

  it('removes a computer, and uninstalls by product code', () => {
    expect(
      lines.removeProductionServerParameters({ dpmServerName: 'Server01', psName: 'Finance01' }),
    ).toEqual({ DPMServerName: 'Server01', PSName: 'Finance01' });
    const productCode = '{CC6B6758-3A68-4BBA-9D61-1F3278D6A7EA}';
    expect(lines.uninstallAgentArguments({ productCode })).toEqual(['/x', productCode, '/qn', '/norestart']);
    expect(lines.isProductCode(productCode)).toBe(true);
    for (const text of ['', 'CC6B6758-3A68-4BBA-9D61-1F3278D6A7EA', `${productCode} /l*v x`, '{}'])
      expect(lines.isProductCode(text)).toBe(false);
  });
});

describe('what is faulty in the page', () => {
  it('names the tool it concerns, and ids are unique', () => {
    const tools: readonly string[] = Object.values(lines.tool);
    for (const example of faultyExamples) expect(tools).toContain(example.tool);
    expect(new Set(faultyExamples.map(({ id }) => id)).size).toBe(faultyExamples.length);
    expect(faultyExamplesOf(lines.tool.setDpmCredentials).map(({ id }) => id)).toContain(
      'set-dpm-credentials-stray-quote',
    );
    expect(faultyExamplesOf('notepad.exe')).toEqual([]);
  });
});
