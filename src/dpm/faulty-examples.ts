import { inferred, microsoft, page, type Source } from './source.js';
import { tool } from './command-lines.js';

/** A line of Microsoft's documentation that does not work as it is printed, and what dpm-prep runs instead. */
export interface FaultyExample {
  readonly id: string;
  /** The tool whose line is meant. */
  readonly tool: string;
  /** What the page has, only as much as shows the fault. */
  readonly printed: string;
  readonly fault: string;
  readonly instead: string;
  readonly source: Source;
}

export const faultyExamples: readonly FaultyExample[] = [
  {
    id: 'set-dpm-credentials-action-without-dash',
    tool: tool.setDpmCredentials,
    printed: '[Action <Action>]',
    fault: 'The dash before Action is missing, and mandatory parameters are printed as optional ones.',
    instead: '-Action Configure',
    source: page('Configure a certificate on the DPM server'),
  },
  {
    id: 'set-dpm-credentials-stray-quote',
    tool: tool.setDpmCredentials,
    printed: '"-OutputFilePath',
    fault:
      'Example 2 has a quotation mark before -OutputFilePath, so PowerShell would wait for the closing one.',
    instead: '-OutputFilePath',
    source: page('Examples'),
  },
  {
    id: 'set-dpm-server-unclosed-placeholder',
    tool: tool.setDpmServer,
    printed: '-Thumbprint <ClientThumbprintWithNoSpaces',
    fault: 'The placeholder is not closed. If you paste it with its <, it redirects input.',
    instead: '-Thumbprint and the 40 digits alone',
    source: page('Configure a certificate on the protected computer'),
  },
  {
    id: 'update-non-domain-server-info-space',
    tool: tool.updateNonDomainServerInfo,
    printed: 'Update -NonDomainServerInfo',
    fault:
      "The name contains a space, and what the page calls a cmdlet is a script in the DPM server's bin folder.",
    instead: tool.updateNonDomainServerInfo,
    source: page('Update the password'),
  },
  {
    id: 'update-password-two-dpm-names',
    tool: tool.updateNonDomainServerInfo,
    printed: 'Server01.corp.contoso.com on one machine, Server01.contoso.com on the other',
    fault:
      'The FQDN example names the DPM server differently on the two machines, against the rule two sentences above it.',
    instead: 'the same name, in the same form, on both machines',
    source: page('Update the password'),
  },
  {
    id: 'credential-file-name-escaped',
    tool: tool.setDpmCredentials,
    printed: 'c:\\\\CertMetaData\\\\ and CertificateConfiguration\\_<DPM SERVER FQDN>.bin',
    fault:
      'The backslashes are doubled, and one is before the underscore. They come from the markup of the page.',
    instead: 'c:\\CertMetaData\\ and CertificateConfiguration_<DPM SERVER FQDN>.bin',
    source: page('Examples'),
  },
  {
    id: 'scripts-by-bare-name',
    tool: tool.attachNonDomainServer,
    printed: 'Attach-NonDomainServer.ps1 without a folder',
    fault: 'The scripts are found by their bare name only in the DPM Management Shell.',
    instead: "the full path in the DPM server's bin folder",
    source: inferred('The scripts are not cmdlets of the DataProtectionManager module'),
  },
  {
    id: 'remove-production-server-misnamed',
    tool: tool.removeProductionServer,
    printed: 'RemoveProductionServer.ps1',
    fault: 'Error 324 writes the name of the script without its hyphen.',
    instead: tool.removeProductionServer,
    source: microsoft('DPM error table, 324'),
  },
];

/** The faults that concern one tool's line. */
export const faultyExamplesOf = (name: string): readonly FaultyExample[] =>
  faultyExamples.filter((example) => example.tool === name);
