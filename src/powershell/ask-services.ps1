# Question "services": state of Windows services by their short names. Changes nothing. Input: {"names": [...]}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

Invoke-Answer $input {
    param($request)
    @{ services = @(foreach ($name in $request.names) { Get-ServiceFacts $name }) }
}
