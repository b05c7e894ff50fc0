# Question "trusted-roots": the thumbprint of every certificate in LocalMachine\Root. Changes nothing. Input: {}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\certificates.ps1" }

Invoke-Answer $input {
    $store = Open-Store 'LocalMachine' 'Root' $false
    $thumbprints = @{}
    foreach ($certificate in $store.Certificates) { $thumbprints[$certificate.Thumbprint] = $true }
    $store.Close()
    @{ thumbprints = @($thumbprints.Keys) }
}
