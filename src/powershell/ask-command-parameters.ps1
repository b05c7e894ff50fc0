# Question "command-parameters": the parameters of a script or cmdlet as Get-Command gives them. Nothing of it is run
# (a module's own start-up code is).
# Input: {"command": full path of a script, or a cmdlet's name, "module": its module or null}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request)
    if ($request.module) {
        Import-DpmModule $request.module
        $command = Find-DpmCommand $request.command $request.module
    } else { $command = Get-ScriptCommand $request.command }
    $problem = $null
    if ($command -is [System.Management.Automation.ExternalScriptInfo]) { $problem = Get-ScriptProblem $command }
    @{ exists = $null -ne $command; problem = $problem; parameters = @(if ($command -and -not $problem) { Get-Shape $command }) }
}
