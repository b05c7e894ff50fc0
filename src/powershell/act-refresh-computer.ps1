# Act "refresh-computer": "Refresh information" of one protected computer (Update-DPMProductionServer).
# Input: {"dpmServerName", "computerName"}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request)
    Import-DpmModule 'DataProtectionManager'
    $computer = Find-ProtectedComputer ([string]$request.dpmServerName) ([string]$request.computerName)
    if ($computer) { $null = Invoke-Dpm 'Update-DPMProductionServer' @{ ProductionServer = $computer } }
    @{ found = $null -ne $computer }
}
