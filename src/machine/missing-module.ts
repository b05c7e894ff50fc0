/** What to do where PowerShell does not find DPM's module (dpm.ps1 says so). */
export const missingModuleFix =
  'The module comes with DPM. Run this on the DPM server. If this is the DPM server, repair the installation of DPM.';

export const saysModuleIsMissing = (text: string): boolean =>
  /PowerShell module \S+ is not on this computer/.test(text);
