import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { tool } from '../dpm/command-lines.js';
import { observed, page } from '../dpm/source.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

const elsewhere = notApplicable('Only a DPM server has it.');
const isServer = ({ facts }: PreflightSubject): boolean => facts.side === 'dpm-server';

export const dpmModule: PreflightCheck = {
  id: 'dpm-module',
  title: 'PowerShell module of DPM',
  required:
    'The PowerShell module DataProtectionManager is installed. The list of protected computers comes from it.',
  source: observed('Community scripts and Microsoft’s cmdlet reference load it by this name'),
  severity: 'error',
  run: async (subject) => {
    if (!isServer(subject)) return elsewhere;
    const { available, path, version } = await subject.ask('dpm-module', {});
    return available
      ? pass(`DataProtectionManager ${version ?? ''}${path === null ? '' : ` in ${path}`}.`)
      : fail(
          'Windows PowerShell does not find the module DataProtectionManager.',
          'Repair the installation of DPM. The module is in <InstallPath>Modules.',
        );
  },
};

/** The scripts that a run may call; without a plan, all. */
const scriptsFor = ({ procedure, method }: PreflightSubject['facts']): readonly string[] => {
  const byMethod =
    method === 'certificate'
      ? [tool.attachProductionServerWithCertificate]
      : method === 'ntlm'
        ? [tool.attachNonDomainServer]
        : [tool.attachNonDomainServer, tool.attachProductionServerWithCertificate];
  switch (procedure) {
    case 'update-password':
      return [tool.updateNonDomainServerInfo];
    case 'switch-auth':
      return [tool.removeProductionServer, tool.attachProductionServerWithCertificate];
    case 'remove':
      return [tool.removeProductionServer];
    case 'ntlm':
    case 'certificate':
      return byMethod;
    case null:
      return [...byMethod, tool.updateNonDomainServerInfo, tool.removeProductionServer];
    case 'install-agent':
    case 'import-certificate':
    case 'request-certificate':
    case 'set-credentials':
      return [];
  }
};

export const dpmScripts: PreflightCheck = {
  id: 'dpm-scripts',
  title: 'Scripts of DPM',
  required: "The scripts that dpm-prep runs are in the DPM server's DPM\\bin.",
  source: page('Attach the computer'),
  severity: 'error',
  run: async (subject) => {
    if (!isServer(subject)) return elsewhere;
    const { binFolder } = await subject.installation();
    if (binFolder === null) return couldNotCheck("The DPM server's bin folder is not known.");
    const scripts = scriptsFor(subject.facts);
    const there = await Promise.all(
      scripts.map(
        async (script) => (await subject.files.stat(subject.files.join(binFolder, script))) !== null,
      ),
    );
    const missing = scripts.filter((_, index) => !there[index]);
    return missing.length === 0
      ? pass(scripts.length === 0 ? 'No script is needed.' : `All scripts are there: ${scripts.join(', ')}.`)
      : fail(`Not in ${binFolder}: ${missing.join(', ')}.`, 'Repair the installation of DPM.');
  },
};

export const dpmVersion: PreflightCheck = {
  id: 'dpm-version',
  title: 'Version of DPM',
  required: 'The version of DPM is known. The agents must fit it.',
  source: observed('FileVersion of DPMRA.exe, as community tools read it'),
  severity: 'advice',
  run: async (subject) => {
    if (!isServer(subject)) return elsewhere;
    const { version } = await subject.installation();
    return version === null
      ? warn('The version of DPM could not be read.', 'Check the installation of DPM.')
      : pass(`DPM is ${version}.`);
  },
};
