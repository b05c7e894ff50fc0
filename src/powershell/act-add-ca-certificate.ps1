# Act "add-ca-certificate": puts a CA's certificate into LocalMachine\Root or LocalMachine\CA.
# Input: {"der": base64, "store"}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\certificates.ps1" }

Invoke-Answer $input {
    param($request)
    $name = $request.store.Split('\')[1]
    $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new([System.Convert]::FromBase64String($request.der))
    $selfSigned = $certificate.Subject -eq $certificate.Issuer
    if ($name -eq 'Root' -and -not $selfSigned) { throw "$($certificate.Subject) is not self-signed, so it does not belong in Root." }
    $there = $null -ne (Find-InStore 'LocalMachine' $name $certificate.Thumbprint)
    if (-not $there) { Add-ToStore 'LocalMachine' $name $certificate }
    if (-not (Find-InStore 'LocalMachine' $name $certificate.Thumbprint)) { throw "The store $($request.store) does not show $($certificate.Thumbprint)." }
    @{ thumbprint = $certificate.Thumbprint; added = -not $there }
}
