# Runs one of Microsoft's scripts by its full path with nobody there, parameters bound by splatting.
# Input: {"path", "parameters": [[name, value], ...], "passwordParameter": {"name", "secure"} or null}; the
# password beside it. Which parameters the script has was asked before (ask-command-parameters.ps1).

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request, $dppSecret)
    Invoke-Script $request $dppSecret { param($command, $splat) Invoke-Tool $command $splat }
}
