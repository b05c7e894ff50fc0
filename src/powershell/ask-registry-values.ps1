# Question "registry-values": values of HKLM, 64-bit view, in the order of the question. Changes nothing.
# Input: {"values": [{"key": "HKLM\\...", "name": ""}]}. An empty name is the key's default value.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

Invoke-Answer $input {
    param($request)
    @{
        values = @(
            foreach ($wanted in $request.values) {
                if ($wanted.key -notmatch '^(?:HKLM|HKEY_LOCAL_MACHINE)\\(.+)$') { throw "$($wanted.key) is not a key of HKLM." }
                $raw = Get-MachineValue $Matches[1] $wanted.name
                $value = $null
                # A DWORD comes signed.
                if ($raw -is [int] -and $raw -lt 0) { $value = 4294967296 + $raw }
                elseif ($raw -is [int] -or $raw -is [long]) { $value = [long]$raw }
                elseif ($raw -is [string]) { $value = $raw }
                elseif ($raw -is [string[]] -or ($raw -is [array] -and $raw.Count -gt 0 -and $raw[0] -is [string])) { $value = [string[]]$raw }
                if ($value -is [string] -and $value.Length -gt 4096) { $value = $value.Substring(0, 4096) }
                [ordered]@{ key = $wanted.key; name = $wanted.name; exists = $null -ne $raw; value = $value }
            }
        )
    }
}
