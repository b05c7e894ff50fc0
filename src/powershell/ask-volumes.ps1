# Question "volumes": fixed volumes that have a drive letter. Changes nothing. Input: {}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

Invoke-Answer $input {
    $windowsRoot = [System.IO.Path]::GetPathRoot((Get-WindowsFolder))
    @{
        volumes = @(
            foreach ($drive in [System.IO.DriveInfo]::GetDrives()) {
                if ($drive.DriveType -ne [System.IO.DriveType]::Fixed -or $drive.Name -notmatch '^[A-Za-z]:') { continue }
                $facts = [ordered]@{ drive = $drive.Name.Substring(0, 2).ToUpperInvariant(); fileSystem = $null; sizeBytes = $null; freeBytes = $null; holdsWindows = $drive.Name -eq $windowsRoot }
                try {
                    if ($drive.IsReady) { $facts.fileSystem = $drive.DriveFormat; $facts.sizeBytes = $drive.TotalSize; $facts.freeBytes = $drive.TotalFreeSpace }
                } catch { $null = $_ }
                $facts
            }
        )
    }
}
