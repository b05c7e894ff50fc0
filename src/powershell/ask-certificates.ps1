# Question "certificates": certificates of the given stores, with what the store records of their keys. Changes nothing.
# Input: {"stores": ["LocalMachine\\My", "CurrentUser\\My"], "thumbprint": 40 hexadecimal digits or null}.
# The chain is built without asking for revocation; the root counts as trusted if it is in LocalMachine\Root.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\certificates.ps1"; . "$PSScriptRoot\keys.ps1" }

function Get-ChainFacts($Certificate, $Roots) {
    $chain = [System.Security.Cryptography.X509Certificates.X509Chain]::new()
    $chain.ChainPolicy.RevocationMode = 'NoCheck'
    $chain.ChainPolicy.UrlRetrievalTimeout = [timespan]::FromSeconds(3)
    $null = $chain.Build($Certificate)
    $elements = @($chain.ChainElements)
    $last = $Certificate
    if ($elements.Count -gt 0) { $last = $elements[-1].Certificate }
    $trusted = $null
    if ($null -ne $Roots) { $trusted = $last.Subject -eq $last.Issuer -and $Roots.ContainsKey($last.Thumbprint) }
    @{ chain = @(for ($i = 1; $i -lt $elements.Count -and $i -le 20; $i++) { [System.Convert]::ToBase64String($elements[$i].Certificate.RawData) }); rootTrusted = $trusted }
}

Invoke-Answer $input {
    param($request)
    $roots = @{}
    try {
        $store = Open-Store 'LocalMachine' 'Root' $false
        foreach ($root in $store.Certificates) { $roots[$root.Thumbprint] = $true }
        $store.Close()
    } catch { $roots = $null }
    @{
        certificates = @(
            foreach ($name in $request.stores) {
                $parts = $name.Split('\')
                $store = Open-Store $parts[0] $parts[1] $false
                foreach ($certificate in $store.Certificates) {
                    if ($request.thumbprint -and $certificate.Thumbprint -ne $request.thumbprint) { continue }
                    $key = Get-KeyFacts $certificate
                    $chain = Get-ChainFacts $certificate $roots
                    [ordered]@{
                        der = [System.Convert]::ToBase64String($certificate.RawData)
                        store = $name
                        hasPrivateKey = $certificate.HasPrivateKey
                        provider = $key.provider
                        keySpec = $key.keySpec
                        exportable = $key.exportable
                        machineKey = $key.machineKey
                        keyError = $key.keyError
                        chain = $chain.chain
                        rootTrusted = $chain.rootTrusted
                    }
                }
                $store.Close()
            }
        )
    }
}
