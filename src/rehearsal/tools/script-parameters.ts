/** A parameter as Get-Command would list it. */
export interface ScriptParameter {
  readonly name: string;
  readonly mandatory: boolean;
  /** The script's own password parameter: its type is what the world says. */
  readonly password?: boolean;
}

const needed = (name: string): ScriptParameter => ({ name, mandatory: true });
const optional = (name: string): ScriptParameter => ({ name, mandatory: false });
const password: ScriptParameter = { name: 'Password', mandatory: false, password: true };

/**
 * Parameters of Microsoft's scripts and of the cmdlet, as documented; where the page is silent (the password
 * parameter, the names of Remove-ProductionServer.ps1) as inferred from the sibling scripts.
 */
const scriptParameters: Readonly<Record<string, readonly ScriptParameter[]>> = {
  'Attach-NonDomainServer.ps1': [needed('DPMServerName'), needed('PSName'), needed('UserName'), password],
  'Attach-ProductionServerWithCertificate.ps1': [needed('DPMServerName'), needed('PSCredential')],
  'Update-NonDomainServerInfo.ps1': [needed('PSName'), needed('DPMServerName'), password],
  'Remove-ProductionServer.ps1': [needed('DPMServerName'), needed('PSName')],
  'Set-DPMCredentials': [
    optional('DPMServerName'),
    needed('Type'),
    needed('Action'),
    needed('OutputFilePath'),
    optional('Thumbprint'),
    optional('AuthCAThumbprint'),
  ],
};

export const cmdletName = 'Set-DPMCredentials';
export const scriptNames: readonly string[] = Object.keys(scriptParameters).filter((name) =>
  name.endsWith('.ps1'),
);

export const parametersOf = (tool: string): readonly ScriptParameter[] | null => {
  const known = Object.keys(scriptParameters).find((name) => name.toLowerCase() === tool.toLowerCase());
  return known === undefined ? null : (scriptParameters[known] ?? null);
};
