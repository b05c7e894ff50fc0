# Question "installation-log": the last lines of DPM's newest logs, and the newest entries of the event log "DPM Alerts".
# Changes nothing. Input: {"lines": 1 to 500}. Read shared, since a tool may still write; at most the last 256 KB of a file.
# Which logs: those that Microsoft's own support collectors take (getTSS).

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

# UTF-16 by its mark, which only the start of the file shows, or by the zero bytes beside ASCII letters.
function Get-LogEncoding([byte[]]$Start, [byte[]]$Tail) {
    if ($Start[0] -eq 0xFF -and $Start[1] -eq 0xFE) { return [System.Text.Encoding]::Unicode }
    $zeros = 0
    $looked = [math]::Min(512, $Tail.Length)
    for ($i = 1; $i -lt $looked; $i += 2) { if ($Tail[$i] -eq 0) { $zeros++ } }
    if ($zeros * 8 -gt $looked) { return [System.Text.Encoding]::Unicode }
    [System.Text.UTF8Encoding]::new($false)
}

function Get-LastLines([string]$Path, [int]$Count) {
    $stream = [System.IO.FileStream]::new($Path, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read, [System.IO.FileShare]'ReadWrite, Delete')
    try {
        $start = [byte[]]::new(2)
        $null = $stream.Read($start, 0, 2)
        $from = [long][math]::Max(0, $stream.Length - 262144)
        if ($from % 2 -eq 1) { $from = $from - 1 }
        $null = $stream.Seek($from, [System.IO.SeekOrigin]::Begin)
        $copy = [System.IO.MemoryStream]::new()
        $stream.CopyTo($copy)
        $tail = $copy.ToArray()
    } finally { $stream.Dispose() }
    $text = (Get-LogEncoding $start $tail).GetString($tail).TrimStart([char]0xFEFF).TrimEnd()
    $lines = @($text -split '\r\n|\n|\r')
    $first = [math]::Max(0, $lines.Count - $Count)
    for ($i = $first; $i -lt $lines.Count; $i++) {
        if ($lines[$i].Length -gt 4000) { $lines[$i].Substring(0, 4000) } else { $lines[$i] }
    }
}

function Get-NewestFiles([string]$Folder, [string]$Pattern, [int]$Most) {
    if (-not [System.IO.Directory]::Exists($Folder)) { return }
    $files = @(foreach ($file in [System.IO.DirectoryInfo]::new($Folder).GetFiles()) { if ($file.Name -like $Pattern) { $file } })
    $times = [datetime[]]@(foreach ($file in $files) { $file.LastWriteTimeUtc })
    $sorted = [System.IO.FileInfo[]]$files
    [array]::Sort($times, $sorted)
    [array]::Reverse($sorted)
    $left = $Most
    foreach ($file in $sorted) { if ($left -gt 0) { $file; $left-- } }
}

function Get-Logs([string]$Kind, [string]$Folder, [string]$Pattern, [int]$Most, [int]$Count) {
    foreach ($file in @(Get-NewestFiles $Folder $Pattern $Most)) {
        # One log that cannot be read does not hide the others.
        try { @{ path = $file.FullName; kind = $Kind; lines = @(Get-LastLines $file.FullName $Count) } } catch { $null = $_ }
    }
}

# The newest entries, and among older ones those about certificates that end (33323 to 33326).
function Get-Alerts([int]$Most, [int]$MostOfCertificates) {
    try {
        if (-not [System.Diagnostics.EventLog]::Exists('DPM Alerts')) { return }
        $entries = [System.Diagnostics.EventLog]::new('DPM Alerts').Entries
        $left = $MostOfCertificates
        for ($i = $entries.Count - 1; $i -ge 0 -and $i -ge $entries.Count - 2000; $i--) {
            $entry = $entries[$i]
            if ($i -lt $entries.Count - $Most) {
                $id = [int]($entry.InstanceId -band 0xFFFF)
                if ($id -lt 33323 -or $id -gt 33326) { continue }
                if ($left -le 0) { break }
                $left--
            }
            $message = [string]$entry.Message
            if ($message.Length -gt 1000) { $message = $message.Substring(0, 1000) }
            @{ time = $entry.TimeGenerated; id = [int]($entry.InstanceId -band 0xFFFF); text = $message }
        }
    } catch { $null = $_ }
}

Invoke-Answer $input {
    param($request)
    $count = 40
    if ($request.lines) { $count = [int]$request.lines }
    $installPath = "$(Get-MachineValue 'SOFTWARE\Microsoft\Microsoft Data Protection Manager\Setup' 'InstallPath')"
    @{
        files = @(
            Get-Logs 'installation' ([System.IO.Path]::Combine((Get-WindowsFolder), 'temp')) 'msdpm*.*' 5 $count
            if ($installPath) {
                Get-Logs 'agent' ([System.IO.Path]::Combine($installPath, 'Temp')) '*.errlog' 5 $count
                # InstallPath of a DPM server ends with DPM\DPM\, and DPMLogs stands beside the inner one.
                foreach ($folder in [System.IO.Path]::Combine($installPath, 'DPMLogs'), [System.IO.Path]::Combine($installPath, '..', 'DPMLogs')) {
                    Get-Logs 'dpm-server' ([System.IO.Path]::GetFullPath($folder)) '*.*' 5 $count
                }
            }
        )
        alerts = @(Get-Alerts 20 30)
    }
}
