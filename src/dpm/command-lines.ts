export interface SetDpmServerNtlm {
  readonly dpmServerName: string;
  readonly userName: string;
  readonly productionServerDnsSuffix: string | null;
}
export const installAgentArguments = (): readonly string[] => ['/q', '/IAcceptEULA'];
export const setDpmServerNtlmArguments = (i: SetDpmServerNtlm): readonly string[] =>
  i.productionServerDnsSuffix === null
    ? ['-DpmServerName', i.dpmServerName, '-isNonDomainServer', '-UserName', i.userName]
    : [
        '-dpmServerName',
        i.dpmServerName,
        '-isNonDomainServer',
        '-userName',
        i.userName,
        '-productionServerDnsSuffix',
        i.productionServerDnsSuffix,
      ];
export const setDpmServerUpdatePasswordArguments = (i: {
  readonly dpmServerName: string;
}): readonly string[] => ['-dpmServerName', i.dpmServerName, '-isNonDomainServer', '-UpdatePassword'];
export interface AttachNonDomainServer {
  readonly dpmServerName: string;
  readonly psName: string;
  readonly userName: string;
}
export const attachNonDomainServerParameters = (
  i: AttachNonDomainServer,
): Readonly<Record<string, string>> => ({
  DpmServername: i.dpmServerName,
  PSName: i.psName,
  Username: i.userName,
});
export const updateNonDomainServerInfoParameters = (i: {
  readonly psName: string;
  readonly dpmServerName: string;
}): Readonly<Record<string, string>> => ({ PSName: i.psName, dpmServerName: i.dpmServerName });
