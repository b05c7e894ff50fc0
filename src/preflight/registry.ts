/** Values of the registry that checks ask for. */
export const registryKeys = {
  lmCompatibilityLevel: {
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa',
    name: 'LmCompatibilityLevel',
  },
  forceGuest: { key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa', name: 'ForceGuest' },
  restrictSendingNtlm: {
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0',
    name: 'RestrictSendingNTLMTraffic',
  },
  restrictReceivingNtlm: {
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0',
    name: 'RestrictReceivingNTLMTraffic',
  },
  dotNet35: { key: 'HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v3.5', name: 'Install' },
  dotNet35ServicePack: { key: 'HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v3.5', name: 'SP' },
  dotNet4Release: { key: 'HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full', name: 'Release' },
  dotNet4Version: { key: 'HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full', name: 'Version' },
  /** WinNT, ServerNT, or LanmanNT for a domain controller. */
  productType: { key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions', name: 'ProductType' },
  sqlInstances: { key: 'HKLM\\SOFTWARE\\Microsoft\\Microsoft SQL Server', name: 'InstalledInstances' },
  powerShellVersion: {
    key: 'HKLM\\SOFTWARE\\Microsoft\\PowerShell\\3\\PowerShellEngine',
    name: 'PowerShellVersion',
  },
} as const;

export type RegistryName = keyof typeof registryKeys;
