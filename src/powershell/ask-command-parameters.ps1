# Question "command-parameters": the parameters of a script or cmdlet as Get-Command gives them. Nothing of it is run
# (a module's own start-up code is).
# Input: {"command": full path of a script, or a cmdlet's name, "module": its module or null}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request)
    if ($request.module) {
        Import-DpmModule $request.module
        $command = @(Get-Command -Name $request.command -Module $request.module -ErrorAction SilentlyContinue)[0]
    } else { $command = Get-ScriptCommand $request.command }
    @{ exists = $null -ne $command; parameters = @(if ($command) { Get-Shape $command }) }
}
