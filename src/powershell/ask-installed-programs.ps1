# Question "installed-programs": entries of the Uninstall keys whose display name contains one of the texts.
# Changes nothing. Input: {"nameContains": [...]}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

Invoke-Answer $input {
    param($request)
    @{
        programs = @(
            foreach ($program in @(Get-InstalledPrograms)) {
                foreach ($text in $request.nameContains) {
                    if ($program.displayName.IndexOf($text, [System.StringComparison]::OrdinalIgnoreCase) -ge 0) { $program; break }
                }
            }
        )
    }
}
