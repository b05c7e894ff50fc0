# Shared by what reads or fills Windows' certificate stores. Needs preamble.ps1 in front.

function Open-Store([string]$Location, [string]$Name, [bool]$Write) {
    $store = [System.Security.Cryptography.X509Certificates.X509Store]::new($Name, [System.Security.Cryptography.X509Certificates.StoreLocation]$Location)
    $flags = if ($Write) { 'ReadWrite' } else { 'ReadOnly' }
    $store.Open([System.Security.Cryptography.X509Certificates.OpenFlags]$flags)
    $store
}

function Find-InStore([string]$Location, [string]$Name, [string]$Thumbprint) {
    $store = Open-Store $Location $Name $false
    try {
        foreach ($certificate in $store.Certificates) { if ($certificate.Thumbprint -eq $Thumbprint) { return $certificate } }
    } finally { $store.Close() }
}

function Add-ToStore([string]$Location, [string]$Name, $Certificate) {
    $store = Open-Store $Location $Name $true
    try { $store.Add($Certificate) } finally { $store.Close() }
}

# Machine key set, persisted, exportable: the key must outlive this process and be readable by DPM's services.
function Import-IntoLocalComputer([byte[]]$Pfx, [string]$Password) {
    $flags = [System.Security.Cryptography.X509Certificates.X509KeyStorageFlags]'MachineKeySet, PersistKeySet, Exportable'
    $found = [System.Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
    $found.Import($Pfx, $Password, $flags)
    foreach ($certificate in $found) {
        if (-not $certificate.HasPrivateKey) { continue }
        Add-ToStore 'LocalMachine' 'My' $certificate
        if (-not (Find-InStore 'LocalMachine' 'My' $certificate.Thumbprint)) { throw "The store LocalMachine\My does not show $($certificate.Thumbprint)." }
        $certificate.Thumbprint
    }
}
