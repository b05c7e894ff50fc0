# Question "data-sources": what of a protected computer can be protected, or is (Get-DPMDatasource). Changes nothing.
# Input: {"dpmServerName", "computerName", "inquire"}. With inquire DPM asks the agent.
# The properties of a data source are not documented; what an object does not show is null.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

function Get-SourceFacts($Source) {
    $name = Get-Text $Source 'Name'
    foreach ($other in 'DisplayPath', 'LogicalPath') { if (-not $name) { $name = Get-Text $Source $other } }
    $type = Get-Text $Source 'ObjectType'
    if (-not $type -and $Source.PSObject.Properties['Type']) {
        $type = Get-Text $Source.Type 'Name'
        if (-not $type) { $type = Get-Text $Source 'Type' }
    }
    $protected = $null
    foreach ($property in 'Protected', 'IsProtected') {
        $text = Get-Text $Source $property
        if ($text) { $protected = $text -eq 'True'; break }
    }
    if ($null -eq $protected -and $Source.PSObject.Properties['ProtectionGroupName']) { $protected = [bool](Get-Text $Source 'ProtectionGroupName') }
    [ordered]@{ name = "$name"; type = $type; protected = $protected }
}

Invoke-Answer $input {
    param($request)
    Import-DpmModule 'DataProtectionManager'
    $computer = Find-ProtectedComputer ([string]$request.dpmServerName) ([string]$request.computerName)
    if (-not $computer) { return @{ found = $false; dataSources = @(); failure = $null } }
    $failure = $null
    $sources = @()
    try {
        $sources = @(Invoke-Dpm 'Get-DPMDatasource' $(if ($request.inquire) { @{ ProductionServer = $computer; Inquire = $true } } else { @{ ProductionServer = $computer } }))
    } catch { $failure = Get-ErrorText $_ }
    @{ found = $true; dataSources = @(foreach ($source in $sources) { if ($null -ne $source) { Get-SourceFacts $source } }); failure = $failure }
}
