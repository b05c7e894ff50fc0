# Act "delete-agent-folder": deletes what an uninstalled agent left behind, and nothing else. Input: {"path"}.
# Refused, with nothing deleted: another path than %ProgramFiles%\Microsoft Data Protection Manager, a link or junction
# there or above it, anything but DPM at its top. A link inside is removed, what it points to stays.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

function Test-Link([string]$Path) {
    ([System.IO.File]::GetAttributes($Path) -band [System.IO.FileAttributes]::ReparsePoint) -ne 0
}

function Get-Refusal([string]$Path) {
    $allowed = [System.IO.Path]::Combine((Get-ProgramFiles), 'Microsoft Data Protection Manager')
    if ([System.IO.Path]::GetFullPath($Path).TrimEnd('\', '/') -ne $allowed) { return "$Path is not $allowed." }
    for ($part = [System.IO.DirectoryInfo]::new($allowed); $part; $part = $part.Parent) {
        if ($part.Exists -and (Test-Link $part.FullName)) { return "$($part.FullName) is a link to another place." }
    }
    if (-not [System.IO.Directory]::Exists($allowed)) { return }
    foreach ($entry in [System.IO.Directory]::GetFileSystemEntries($allowed)) {
        if ([System.IO.Path]::GetFileName($entry) -ne 'DPM') { return "$allowed holds $([System.IO.Path]::GetFileName($entry)), which is not of the agent." }
    }
}

function Remove-Entry([string]$Path, $Left) {
    try {
        $attributes = [System.IO.File]::GetAttributes($Path)
        $isFolder = ($attributes -band [System.IO.FileAttributes]::Directory) -ne 0
        if ($isFolder -and ($attributes -band [System.IO.FileAttributes]::ReparsePoint) -eq 0) {
            foreach ($entry in [System.IO.Directory]::GetFileSystemEntries($Path)) { Remove-Entry $entry $Left }
        }
        if (($attributes -band [System.IO.FileAttributes]::ReadOnly) -ne 0) { [System.IO.File]::SetAttributes($Path, [System.IO.FileAttributes]::Normal) }
        if ($isFolder) { [System.IO.Directory]::Delete($Path, $false) } else { [System.IO.File]::Delete($Path) }
    } catch {
        if ($Left.Count -lt 20) { $null = $Left.Add($Path) }
    }
}

Invoke-Answer $input {
    param($request)
    $path = [string]$request.path
    $refused = Get-Refusal $path
    $left = [System.Collections.ArrayList]::new()
    $wasThere = -not $refused -and [System.IO.Directory]::Exists($path)
    if ($wasThere) { Remove-Entry ([System.IO.Path]::GetFullPath($path).TrimEnd('\', '/')) $left }
    @{ deleted = $wasThere -and -not [System.IO.Directory]::Exists($path); refused = $refused; left = $left.ToArray() }
}
