# Question "running-tools": processes that were started from this program, or that run this script. Changes nothing.
# Input: {"path": full path of an .exe or .ps1}. A script's path is on no command line, so run-script.ps1 holds a mutex
# while it runs one; its name has a hash of the script's path and the process id in it.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\tool.ps1" }

Invoke-Answer $input {
    param($request)
    $path = [string]$request.path
    $isScript = $path.EndsWith('.ps1', [System.StringComparison]::OrdinalIgnoreCase)
    $wanted = [System.IO.Path]::GetFileNameWithoutExtension($path)
    if ($isScript) { $wanted = 'powershell' }
    $processes = foreach ($process in [System.Diagnostics.Process]::GetProcessesByName($wanted)) {
        $hit = $false
        try {
            if ($isScript) {
                $mutex = $null
                $hit = [System.Threading.Mutex]::TryOpenExisting((Get-RunName $path $process.Id), [ref]$mutex)
                if ($hit) { $mutex.Dispose() }
            } else { $hit = [string]$process.MainModule.FileName -eq $path }
        } catch { $hit = $false }
        if (-not $hit) { continue }
        $started = $null
        try { $started = $process.StartTime } catch { $null = $_ }
        @{ id = $process.Id; started = $started }
    }
    @{ processes = @($processes) }
}
