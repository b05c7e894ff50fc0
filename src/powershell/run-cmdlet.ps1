# Runs a cmdlet of one of Microsoft's modules, parameters bound by splatting.
# Input: {"module", "cmdlet", "parameters": [[name, value], ...]}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request)
    Import-DpmModule $request.module
    $command = Find-DpmCommand $request.cmdlet $request.module
    if (-not $command) { throw "The module $($request.module) has no $($request.cmdlet)." }
    $mutex = Enter-Run $request.cmdlet
    try { Invoke-Tool $command (Get-Splat $request '') } finally { if ($mutex) { $mutex.Dispose() } }
}
