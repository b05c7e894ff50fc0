# Runs one of Microsoft's scripts by its full path, parameters bound by splatting.
# Input: {"path", "parameters": [[name, value], ...], "passwordParameter": {"name", "secure"} or null}; the
# password beside it. Which parameters the script has was asked before (ask-command-parameters.ps1). With the request in
# $DpmPrepPayload a person has the console and answers the script's own prompts.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1" }

function Invoke-Script($Request, [string]$Password, [scriptblock]$How) {
    $command = Get-ScriptCommand $Request.path
    if (-not $command) { throw "There is no script $($Request.path)." }
    $mutex = Enter-Run $Request.path
    try { & $How $command (Get-Splat $Request $Password) } finally { if ($mutex) { $mutex.Dispose() } }
}

if ($DpmPrepPayload) {
    Invoke-Script (Read-Request @()).input '' { param($command, $splat) Invoke-ToolOnConsole $command $splat }
} else {
    Invoke-Answer $input { param($request, $password) Invoke-Script $request $password { param($command, $splat) Invoke-Tool $command $splat } }
}
