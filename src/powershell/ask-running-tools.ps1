# Question "running-tools": processes that were started from this program, or that run this script, cmdlet or act. Changes
# nothing. Input: {"path": full path of an .exe or .ps1, or the name of a cmdlet or act}. What PowerShell runs is on no
# command line: running.ps1 has the mutex that says it.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1" }

Invoke-Answer $input {
    param($request)
    $path = [string]$request.path
    $isProgram = $path -match '[\\/]' -and -not $path.EndsWith('.ps1', [System.StringComparison]::OrdinalIgnoreCase)
    $wanted = if ($isProgram) { [System.IO.Path]::GetFileNameWithoutExtension($path) } else { 'powershell' }
    $processes = foreach ($process in [System.Diagnostics.Process]::GetProcessesByName($wanted)) {
        $hit = $false
        try {
            if (-not $isProgram) {
                $mutex = $null
                $hit = [System.Threading.Mutex]::TryOpenExisting((Get-RunName $path $process.Id), [ref]$mutex)
                if ($hit) { $mutex.Dispose() }
            } else { $hit = [string]$process.MainModule.FileName -eq $path }
        } catch { $hit = $false }
        if (-not $hit) { continue }
        $started = $null
        try { $started = Get-Utc $process.StartTime } catch { $null = $_ }
        @{ id = $process.Id; started = $started }
    }
    @{ processes = @($processes) }
}
