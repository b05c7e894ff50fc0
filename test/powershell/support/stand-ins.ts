/*
 * Stand-ins for Microsoft's scripts. Their parameter blocks are the documented ones; where no source says what the
 * password parameter is, every shape that one could have.
 */

const documented = '[string]$DPMServerName, [string]$PSName, [string]$UserName';

/**
 * Writes a value as it got it: its UTF-16 in base64, so that no console changes it and half a pair stays one; a line of
 * a tool is cut at 1,000 characters, so a long value takes several.
 */
const tell = `function Tell($Name, $Value) {
  $characters = ([string]$Value).ToCharArray()
  $bytes = [byte[]]::new($characters.Length * 2)
  [Buffer]::BlockCopy($characters, 0, $bytes, 0, $bytes.Length)
  $text = [Convert]::ToBase64String($bytes)
  for ($at = 0; $text.Length - $at -gt 900; $at += 900) { "$Name+" + $text.Substring($at, 900) }
  "$Name=" + $text.Substring($at)
}`;

const plain =
  '[Runtime.InteropServices.Marshal]::PtrToStringUni([Runtime.InteropServices.Marshal]::SecureStringToGlobalAllocUnicode($Password), $Password.Length)';

/** Attach-NonDomainServer.ps1 that says what it was given; the password has this .NET type. */
export const attachThatTells = (
  passwordType: string,
): string => `param(${documented}, [${passwordType}]$Password)
${tell}
Tell DPMServerName $DPMServerName
Tell PSName $PSName
Tell UserName $UserName
Tell Password (${passwordType === 'String' ? '$Password' : plain})
`;

/** What the stand-in said of one parameter, in order. */
export const told = (lines: readonly string[], name: string): string[] => {
  const values: string[] = [];
  let begun = '';
  for (const line of lines) {
    if (line.startsWith(`${name}+`)) begun += line.slice(name.length + 1);
    if (!line.startsWith(`${name}=`)) continue;
    values.push(Buffer.from(begun + line.slice(name.length + 1), 'base64').toString('utf16le'));
    begun = '';
  }
  return values;
};

/** Attach-NonDomainServer.ps1 with this parameter block and this body. */
export const attach = (parameters: string, body: string): string =>
  `param(${documented}${parameters})\n${body}\n`;
