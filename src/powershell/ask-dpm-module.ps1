# Question "dpm-module": is PowerShell's module of DPM on this computer? It is not loaded. Changes nothing. Input: {}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    $module = Find-DpmModule 'DataProtectionManager'
    if ($module) { @{ available = $true; path = $module.path; version = $module.version } }
    else { @{ available = $false; path = $null; version = $null } }
}
