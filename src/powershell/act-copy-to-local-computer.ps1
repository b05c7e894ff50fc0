# Act "copy-to-local-computer": the page's way from the User store to the Local Computer store: export from
# CurrentUser\My with the key, import into LocalMachine\My. The one in CurrentUser\My stays. Input: {"thumbprint"}.
# The PFX in between is only in memory, under a password that nobody sees.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\certificates.ps1" }

Invoke-Answer $input {
    param($request)
    $certificate = Find-InStore 'CurrentUser' 'My' $request.thumbprint
    if (-not $certificate) { throw "There is no certificate $($request.thumbprint) in CurrentUser\My." }
    if (-not $certificate.HasPrivateKey) { throw "The certificate $($request.thumbprint) in CurrentUser\My has no private key." }
    $password = [guid]::NewGuid().ToString()
    $pfx = $certificate.Export([System.Security.Cryptography.X509Certificates.X509ContentType]::Pfx, $password)
    @{ thumbprint = @(Import-IntoLocalComputer $pfx $password)[0] }
}
