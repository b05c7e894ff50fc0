import { readdirSync, readFileSync } from 'node:fs';
import { win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as locations from '../../src/dpm/locations.js';

describe('documented locations', () => {
  it('names the documented folders', () => {
    expect(locations.agentBinFolder.path).toBe(
      'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin',
    );
    expect(locations.binFolders.dpmServer).toBe('C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\bin');
    expect(locations.credentialLookup.psCredential.path).toBe('%windir%\\System32');
  });

  it('has only absolute, clean folders, and looks for agents beside each bin folder', () => {
    for (const { path } of locations.dpmServerBinFolders) expect(win32.normalize(path)).toBe(path);
    expect(locations.agentInstallerFolders.map(({ path }) => path)).toContain(
      'C:\\Program Files\\Microsoft Azure Backup Server V4\\DPM\\DPM\\ProtectionAgents\\RA',
    );
    for (const { path } of locations.agentInstallerFolders) expect(win32.isAbsolute(path)).toBe(true);
  });

  it('holds every registry key of DPM that a script reads', () => {
    const scripts = new URL('../../src/powershell/', import.meta.url);
    const read = readdirSync(scripts)
      .filter((file) => file.endsWith('.ps1'))
      .flatMap((file) => [
        ...readFileSync(new URL(file, scripts), 'utf8').matchAll(
          /'(SOFTWARE\\Microsoft\\Microsoft Data Protection Manager[^']*)'/g,
        ),
      ])
      .map(([, key]) => `HKLM\\${String(key)}`);
    expect(read.length).toBeGreaterThan(3);
    const root = win32.dirname(locations.registryKey.setup.path);
    const known = new Set([root, ...Object.values(locations.registryKey).map(({ path }) => path as string)]);
    expect(read.filter((key) => !known.has(key))).toEqual([]);
    for (const { path } of Object.values(locations.registryKey)) expect(path.startsWith(root)).toBe(true);
  });

  it('holds the folders below InstallPath that a script reads', () => {
    const text = (name: string): string =>
      readFileSync(new URL(`../../src/powershell/${name}.ps1`, import.meta.url), 'utf8');
    expect(text('ask-installation')).toContain(`'${locations.activeOwnerFolder.path}'`);
    expect(text('ask-agent-installers')).toContain(`\\${locations.agentsBelowInstallPath.path}'`);
  });

  it('knows what an x64 agent installer is called', () => {
    for (const name of [
      'DPMAgentInstaller_x64.exe',
      'dpmagentinstaller_X64.EXE',
      'DPMAgentInstaller_KB2958100_AMD64.exe',
      'DPMAgentInstaller_amd64.exe',
    ])
      expect(locations.isAgentInstaller(name)).toBe(true);
    for (const name of ['DpmAgentInstaller_x86.exe', 'DPMAgentInstaller_x64.exe.txt', 'setup.exe', ''])
      expect(locations.isAgentInstaller(name)).toBe(false);
  });
});
