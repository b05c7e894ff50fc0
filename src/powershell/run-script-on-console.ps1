# Runs one of Microsoft's scripts by its full path where a person has the console and answers the script's own prompts.
# The request of run-script.ps1, without a password, is in $DpmPrepPayload. Ends PowerShell with the script's exit code.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Script (Read-Request @()).input '' { param($command, $splat) Invoke-ToolOnConsole $command $splat }
