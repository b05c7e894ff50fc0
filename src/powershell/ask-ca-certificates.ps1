# Question "ca-certificates": which of these CA certificates are in LocalMachine\Root and LocalMachine\CA.
# Changes nothing. Input: {"thumbprints": [...]}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\certificates.ps1" }

Invoke-Answer $input {
    param($request)
    @{
        present = @(
            foreach ($name in 'Root', 'CA') {
                $store = Open-Store 'LocalMachine' $name $false
                $there = @{}
                foreach ($certificate in $store.Certificates) { $there[$certificate.Thumbprint] = $true }
                $store.Close()
                foreach ($thumbprint in $request.thumbprints) {
                    if ($there.ContainsKey($thumbprint)) { @{ thumbprint = $thumbprint; store = "LocalMachine\$name" } }
                }
            }
        )
    }
}
