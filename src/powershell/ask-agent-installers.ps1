# Question "agent-installers": installer files of the agent, newest version first. Changes nothing.
# Input: {"path": a file, a folder, or null}. Null: the folders where DPM and its media keep them.
# Looked for: DPMAgentInstaller_x64.exe, ..._amd64.exe and the rollups' DPMAgentInstaller_KB<number>_AMD64.exe.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

function Find-Installers([string]$Folder, [int]$Depth) {
    try { $files = [System.IO.Directory]::GetFiles($Folder, 'DPMAgentInstaller*.exe') } catch { return }
    foreach ($file in $files) {
        if ([System.IO.Path]::GetFileName($file) -match '^DPMAgentInstaller_(?:x64|amd64|KB\d{6,8}(?:_AMD64|_x64)?)\.exe$') { $file }
    }
    if ($Depth -le 0) { return }
    try { $below = [System.IO.Directory]::GetDirectories($Folder) } catch { return }
    foreach ($inner in $below) { Find-Installers $inner ($Depth - 1) }
}

function Get-KnownFolders {
    $installPath = "$(Get-MachineValue 'SOFTWARE\Microsoft\Microsoft Data Protection Manager\Setup' 'InstallPath')"
    if ($installPath) { [System.IO.Path]::Combine($installPath, 'ProtectionAgents', 'RA') }
    $programs = Get-ProgramFiles
    if ($programs) {
        foreach ($product in 'Microsoft System Center', 'Microsoft System Center 2016', 'Microsoft System Center 2012 R2', 'Microsoft Azure Backup Server V4', 'Microsoft Azure Backup Server', 'Microsoft Azure Backup') {
            [System.IO.Path]::Combine($programs, $product, 'DPM\DPM\ProtectionAgents\RA')
        }
    }
    foreach ($drive in [System.IO.DriveInfo]::GetDrives()) {
        if ($drive.DriveType -ne [System.IO.DriveType]::CDRom -or -not $drive.IsReady) { continue }
        foreach ($folder in 'Agents', 'DPM\Agents', 'SCDPM\Agents') { [System.IO.Path]::Combine($drive.RootDirectory.FullName, $folder) }
    }
}

function Get-Version([string]$Path) {
    try {
        $info = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
        if ($info.FileVersion) { return [version]::new($info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart) }
    } catch { $null = $_ }
    # Without a version of its own: the build that its folder is named after.
    $match = [regex]::Match($Path, '(?<=[\\/])\d+\.\d+\.\d+\.\d+(?=[\\/])')
    if ($match.Success) { [version]$match.Value }
}

Invoke-Answer $input {
    param($request)
    $searched = @(Get-KnownFolders)
    if ($request.path) { $searched = @($request.path) }
    $found = @{}
    foreach ($place in $searched) {
        if ([System.IO.File]::Exists($place)) { $found[$place] = Get-Version $place; continue }
        if (-not [System.IO.Directory]::Exists($place)) { continue }
        foreach ($file in @(Find-Installers $place 4)) { $found[$file] = Get-Version $file }
    }
    $paths = [string[]]@($found.Keys)
    $none = [version]'0.0'
    $versions = [version[]]@(foreach ($path in $paths) { if ($found[$path]) { $found[$path] } else { $none } })
    [array]::Sort($versions, $paths)
    [array]::Reverse($paths)
    @{
        installers = @(
            foreach ($path in $paths) {
                $version = $null
                if ($found[$path]) { $version = $found[$path].ToString() }
                @{ path = $path; version = $version }
            }
        )
        searched = $searched
    }
}
