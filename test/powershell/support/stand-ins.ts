/*
 * Stand-ins for Microsoft's scripts. Their parameter blocks are the documented ones; where no source says what the
 * password parameter is, every shape that one could have.
 */

const documented = '[string]$DPMServerName, [string]$PSName, [string]$UserName';

/** Writes a value as it got it: base64, so that no console changes it. */
const tell = (name: string, value: string): string =>
  `'${name}=' + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes([string]${value}))`;

const plain =
  '[Runtime.InteropServices.Marshal]::PtrToStringUni([Runtime.InteropServices.Marshal]::SecureStringToGlobalAllocUnicode($Password))';

/** Attach-NonDomainServer.ps1 that says what it was given; the password has this .NET type. */
export const attachThatTells = (
  passwordType: string,
): string => `param(${documented}, [${passwordType}]$Password)
${['DPMServerName', 'PSName', 'UserName'].map((name) => tell(name, `$${name}`)).join('\n')}
${tell('Password', passwordType === 'String' ? '$Password' : plain)}
`;

/** What the stand-in said of one parameter, in order. */
export const told = (lines: readonly string[], name: string): string[] =>
  lines
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => Buffer.from(line.slice(name.length + 1), 'base64').toString('utf16le'));

/** Attach-NonDomainServer.ps1 with this parameter block and this body. */
export const attach = (parameters: string, body: string): string =>
  `param(${documented}${parameters})\n${body}\n`;
