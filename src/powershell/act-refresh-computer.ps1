# Act "refresh-computer": "Refresh information" of one protected computer (Update-DPMProductionServer).
# Input: {"dpmServerName", "computerName"}. Records that are kept of removed computers (state Deleted) do not count.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\tool.ps1" }

Invoke-Answer $input {
    param($request)
    Import-DpmModule 'DataProtectionManager'
    $dpmServer = [string]$request.dpmServerName
    $wanted = [string]$request.computerName
    $found = $false
    foreach ($computer in @(Get-DPMProductionServer -DPMServerName $dpmServer)) {
        if ("$($computer.ServerProtectionState)" -eq 'Deleted') { continue }
        if ($computer.ServerName -ne $wanted -and $computer.MachineName -ne $wanted -and $computer.Name -ne $wanted) { continue }
        $found = $true
        $null = Update-DPMProductionServer -ProductionServer $computer
    }
    @{ found = $found }
}
