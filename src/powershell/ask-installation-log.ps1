# Question "installation-log": the last lines of the newest %windir%\temp\msdpm*.log files. Changes nothing.
# Input: {"lines": 1 to 500}. Read shared, since the installer may still write; at most the last 256 KB of a file.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

function Get-LastLines([string]$Path, [int]$Count) {
    $stream = [System.IO.FileStream]::new($Path, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read, [System.IO.FileShare]'ReadWrite, Delete')
    try {
        # MSI logs are UTF-16 with a mark at the very start, which the end of the file does not show.
        $start = [byte[]]::new(2)
        $null = $stream.Read($start, 0, 2)
        $wide = $start[0] -eq 0xFF -and $start[1] -eq 0xFE
        $encoding = if ($wide) { [System.Text.Encoding]::Unicode } else { [System.Text.UTF8Encoding]::new($false) }
        $from = [long][math]::Max(0, $stream.Length - 262144)
        if ($from % 2 -eq 1) { $from = $from - 1 }
        $null = $stream.Seek($from, [System.IO.SeekOrigin]::Begin)
        $text = [System.IO.StreamReader]::new($stream, $encoding).ReadToEnd().TrimEnd()
    } finally { $stream.Dispose() }
    $lines = @($text -split '\r\n|\n|\r')
    $first = [math]::Max(0, $lines.Count - $Count)
    for ($i = $first; $i -lt $lines.Count; $i++) {
        if ($lines[$i].Length -gt 4000) { $lines[$i].Substring(0, 4000) } else { $lines[$i] }
    }
}

Invoke-Answer $input {
    param($request)
    $count = 40
    if ($request.lines) { $count = [int]$request.lines }
    $folder = [System.IO.Path]::Combine((Get-WindowsFolder), 'temp')
    $files = @()
    if ([System.IO.Directory]::Exists($folder)) { $files = [System.IO.DirectoryInfo]::new($folder).GetFiles('msdpm*.log') }
    $times = [datetime[]]@(foreach ($file in $files) { $file.LastWriteTimeUtc })
    [array]::Sort($times, $files)
    [array]::Reverse($files)
    $newest = @(foreach ($file in $files) { $file })
    if ($newest.Count -gt 5) { $newest = $newest[0..4] }
    @{ files = @(foreach ($file in $newest) { @{ path = $file.FullName; lines = @(Get-LastLines $file.FullName $count) } }) }
}
