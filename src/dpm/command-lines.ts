/*
 * The argument arrays and parameter lists of Microsoft's tools, letter by letter as the page writes them, so that an
 * administrator can compare our lines with the page. The page spells the switches differently from example to
 * example; Windows does not care, a reader does. Every spelling is in `spelling` below and nowhere else.
 */

/** File names of the tools as Microsoft writes them. */
export const tool = {
  agentInstaller: 'DPMAgentInstaller_x64.exe',
  setDpmServer: 'SetDpmServer.exe',
  attachNonDomainServer: 'Attach-NonDomainServer.ps1',
  attachProductionServerWithCertificate: 'Attach-ProductionServerWithCertificate.ps1',
  updateNonDomainServerInfo: 'Update-NonDomainServerInfo.ps1',
  removeProductionServer: 'Remove-ProductionServer.ps1',
  setDpmCredentials: 'Set-DPMCredentials',
  msiexec: 'msiexec.exe',
} as const;

/** How the page spells the switches, by the example that fits. */
const spelling = {
  /** "Examples", example 1: a workgroup computer known by its NetBIOS name. */
  ntlmExample1: {
    setDpmServer: {
      dpmServerName: '-DpmServerName',
      isNonDomainServer: '-isNonDomainServer',
      userName: '-UserName',
    },
    attach: { dpmServerName: 'DpmServername', psName: 'PSName', userName: 'Username' },
  },
  /** "Examples", example 2: conflicting NetBIOS names, FQDNs and a DNS suffix. */
  ntlmExample2: {
    setDpmServer: {
      dpmServerName: '-dpmServerName',
      isNonDomainServer: '-isNonDomainServer',
      userName: '-userName',
      productionServerDnsSuffix: '-productionServerDnsSuffix',
    },
    attach: { dpmServerName: 'DPMServername', psName: 'PSName', userName: 'Username' },
  },
  /** "Update the password": the NetBIOS and the FQDN example spell alike. */
  updatePassword: {
    setDpmServer: {
      dpmServerName: '-dpmServerName',
      isNonDomainServer: '-isNonDomainServer',
      updatePassword: '-UpdatePassword',
    },
    updateNonDomainServerInfo: { psName: 'PSName', dpmServerName: 'dpmServerName' },
  },
  /** "Configure a certificate on the protected computer", step 5. */
  certificateOnProtectedComputer: {
    dpmCredential: '-dpmCredential',
    outputFilePath: '-OutputFilePath',
    thumbprint: '-Thumbprint',
  },
  /** "Back up using certificate authentication", examples 1 and 2, and the syntax above them. */
  setDpmCredentials: {
    dpmServerName: 'DPMServerName',
    type: 'Type',
    action: 'Action',
    outputFilePath: 'OutputFilePath',
    thumbprint: 'Thumbprint',
    authCaThumbprint: 'AuthCAThumbprint',
  },
  /** "Attach the computer" (certificate): the syntax. */
  attachWithCertificate: { dpmServerName: 'DPMServerName', psCredential: 'PSCredential' },
  /**
   * Not on the page: Microsoft's error table (ID 324) says only that the script asks for the DPM server and then for the
   * computer. The names are inferred from the sibling scripts; what the script declares decides when it is run.
   */
  removeProductionServer: { dpmServerName: 'DPMServerName', psName: 'PSName' },
} as const;

/** Named parameters of a script or cmdlet, in the order in which the page writes them; names without the dash. */
export type Parameters = Readonly<Record<string, string>>;

/**
 * Silent, the licence accepted, no server name: with a name the installer would also run the configuration for a
 * trusted domain. The order of the switches does not matter (seen both ways).
 * Source: Microsoft, "Deploy the DPM protection agent"; the page, "Install and configure the agent", step 1.
 */
export const installAgentArguments = (): readonly string[] => ['/q', '/IAcceptEULA'];

export interface SetDpmServerNtlm {
  readonly dpmServerName: string;
  readonly userName: string;
  /** Null: the computers reach each other without it. */
  readonly productionServerDnsSuffix: string | null;
}

/**
 * SetDpmServer.exe for NTLM authentication; it asks for the password itself. With a DNS suffix as the page's example
 * 2 spells it, without as example 1.
 */
export const setDpmServerNtlmArguments = (values: SetDpmServerNtlm): readonly string[] => {
  if (values.productionServerDnsSuffix === null) {
    const name = spelling.ntlmExample1.setDpmServer;
    return [name.dpmServerName, values.dpmServerName, name.isNonDomainServer, name.userName, values.userName];
  }
  const name = spelling.ntlmExample2.setDpmServer;
  return [
    name.dpmServerName,
    values.dpmServerName,
    name.isNonDomainServer,
    name.userName,
    values.userName,
    name.productionServerDnsSuffix,
    values.productionServerDnsSuffix,
  ];
};

/** SetDpmServer.exe for a new password of the NTLM account: no user name. The page, "Update the password". */
export const setDpmServerUpdatePasswordArguments = (values: {
  readonly dpmServerName: string;
}): readonly string[] => {
  const name = spelling.updatePassword.setDpmServer;
  return [name.dpmServerName, values.dpmServerName, name.isNonDomainServer, name.updatePassword];
};

export interface SetDpmServerCertificate {
  /** The DPM server's credential file: absolute path, or a name in the agent's bin folder. */
  readonly dpmCredential: string;
  /** A folder that exists; the protected computer's credential file is written there. */
  readonly outputFilePath: string;
  /** 40 hexadecimal digits. */
  readonly thumbprint: string;
}

/**
 * SetDpmServer.exe for certificate authentication: neither -dpmServerName nor -isNonDomainServer.
 * The page, "Configure a certificate on the protected computer", step 5.
 */
export const setDpmServerCertificateArguments = (values: SetDpmServerCertificate): readonly string[] => {
  const name = spelling.certificateOnProtectedComputer;
  return [
    name.dpmCredential,
    values.dpmCredential,
    name.outputFilePath,
    values.outputFilePath,
    name.thumbprint,
    values.thumbprint,
  ];
};

export interface AttachNonDomainServer {
  readonly dpmServerName: string;
  readonly psName: string;
  readonly userName: string;
}

/**
 * Attach-NonDomainServer.ps1 (NTLM); the password is not among the parameters that the page prints. A computer that is
 * named by its FQDN is spelled as in example 2, one named by its NetBIOS name as in example 1.
 */
export const attachNonDomainServerParameters = (values: AttachNonDomainServer): Parameters => {
  const name = values.psName.includes('.') ? spelling.ntlmExample2.attach : spelling.ntlmExample1.attach;
  return {
    [name.dpmServerName]: values.dpmServerName,
    [name.psName]: values.psName,
    [name.userName]: values.userName,
  };
};

/**
 * Attach-ProductionServerWithCertificate.ps1. `psCredential` is the path of the credential file that was made on the
 * protected computer, never the DPM server's own. The page, "Attach the computer" (certificate).
 */
export const attachProductionServerWithCertificateParameters = (values: {
  readonly dpmServerName: string;
  readonly psCredential: string;
}): Parameters => {
  const name = spelling.attachWithCertificate;
  return { [name.dpmServerName]: values.dpmServerName, [name.psCredential]: values.psCredential };
};

/** Update-NonDomainServerInfo.ps1 on the DPM server; it wants the new password. The page, "Update the password". */
export const updateNonDomainServerInfoParameters = (values: {
  readonly psName: string;
  readonly dpmServerName: string;
}): Parameters => {
  const name = spelling.updatePassword.updateNonDomainServerInfo;
  return { [name.psName]: values.psName, [name.dpmServerName]: values.dpmServerName };
};

/** Remove-ProductionServer.ps1: takes the record of a computer off the DPM server (parameter names inferred). */
export const removeProductionServerParameters = (values: {
  readonly dpmServerName: string;
  readonly psName: string;
}): Parameters => {
  const name = spelling.removeProductionServer;
  return { [name.dpmServerName]: values.dpmServerName, [name.psName]: values.psName };
};

export type SetDpmCredentials = {
  readonly dpmServerName: string;
  /** A folder that exists; the DPM server's credential file is written there. */
  readonly outputFilePath: string;
  /** Thumbprint of a CA in the certificate's chain; without it the root is used. */
  readonly authCaThumbprint?: string;
} & (
  | { readonly action: 'Configure'; readonly thumbprint: string }
  | { readonly action: 'Regenerate'; readonly thumbprint?: string }
);

/**
 * Set-DPMCredentials: order and spelling of the page's example 1 (Configure) and of its example 2 without the stray
 * quotation mark (Regenerate). A thumbprint is mandatory for Configure (error 33229).
 */
export const setDpmCredentialsParameters = (values: SetDpmCredentials): Parameters => {
  const name = spelling.setDpmCredentials;
  const first = { [name.dpmServerName]: values.dpmServerName, [name.type]: 'Certificate' };
  const action = { [name.action]: values.action };
  const folder = { [name.outputFilePath]: values.outputFilePath };
  return {
    ...first,
    ...(values.action === 'Configure' ? { ...action, ...folder } : { ...folder, ...action }),
    ...(values.thumbprint === undefined ? {} : { [name.thumbprint]: values.thumbprint }),
    ...(values.authCaThumbprint === undefined ? {} : { [name.authCaThumbprint]: values.authCaThumbprint }),
  };
};

const productCodeShape = /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i;

/** True for an MSI product code: a GUID in braces, as the Uninstall registry keys are named. */
export const isProductCode = (text: string): boolean => productCodeShape.test(text);

/**
 * msiexec, silent and without a restart of its own. The product code differs by version, so it is looked up by the
 * product's name in the registry. Seen by others; Microsoft's page says only "Uninstall the DPM agent".
 */
export const uninstallAgentArguments = (values: { readonly productCode: string }): readonly string[] => [
  '/x',
  values.productCode,
  '/qn',
  '/norestart',
];
