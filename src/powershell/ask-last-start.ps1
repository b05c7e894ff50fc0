# Question "last-start": when Windows was last started. Changes nothing. Input: {}.
# The performance counter runs from the start of Windows on; the tick count would be wrong after 49 days.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

Invoke-Answer $input {
    $seconds = [System.Diagnostics.Stopwatch]::GetTimestamp() / [System.Diagnostics.Stopwatch]::Frequency
    @{ started = Get-Utc ([datetime]::UtcNow.AddSeconds(-$seconds)) }
}
