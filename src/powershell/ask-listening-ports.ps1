# Question "listening-ports": local TCP ports that listen. Changes nothing. Input: {}.
# .NET does not say which process it is, so process is null.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

Invoke-Answer $input {
    $seen = @{}
    foreach ($end in [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners()) {
        $seen[[int]$end.Port] = $true
    }
    $ports = [int[]]@($seen.Keys)
    [array]::Sort($ports)
    @{ ports = @(foreach ($port in $ports) { @{ port = $port; process = $null } }) }
}
