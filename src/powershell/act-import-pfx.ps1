# Act "import-pfx": imports the certificates with a key of a PFX into LocalMachine\My. Input: {"pfx": base64}; its
# password beside it. CA certificates in it are left alone (act add-ca-certificate).

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\certificates.ps1" }

Invoke-Answer $input {
    param($request, $password)
    @{ thumbprints = @(Import-IntoLocalComputer ([System.Convert]::FromBase64String($request.pfx)) ([string]$password)) }
}
