# Shared: what the store records of a certificate's key. Needs preamble.ps1 in front.
# The store's property 2 (CERT_KEY_PROV_INFO) is read; the key is not opened for it. .NET's own way to the key answers
# "CNG" for every key, also for one in a CSP.

function Get-Utf16At([byte[]]$Bytes, [int]$From, [int]$Offset, [int]$Length) {
    if ($Offset -eq 0) { return }
    if ($Offset -lt 28 -or $Offset -ge $Length) { throw 'The record of the key is damaged.' }
    for ($end = $Offset; $end + 1 -lt $Length; $end += 2) {
        if ($Bytes[$From + $end] -eq 0 -and $Bytes[$From + $end + 1] -eq 0) {
            return [System.Text.Encoding]::Unicode.GetString($Bytes, $From + $Offset, $end - $Offset)
        }
    }
    throw 'The record of the key is damaged.'
}

# The serialized certificate is a list of properties: number, encoding, length (4 bytes each), value. Nothing where the
# certificate has no property 2. Throws where the bytes are not such a list.
function Read-KeyRecord([byte[]]$Bytes) {
    $at = 0
    while ($at + 12 -le $Bytes.Length) {
        $id = [System.BitConverter]::ToInt32($Bytes, $at)
        $length = [System.BitConverter]::ToInt32($Bytes, $at + 8)
        $from = $at + 12
        if ($length -lt 0 -or $length -gt $Bytes.Length - $from) { break }
        if ($id -eq 2 -and $length -ge 28) {
            return @{
                container = Get-Utf16At $Bytes $from ([System.BitConverter]::ToInt32($Bytes, $from)) $length
                provider = Get-Utf16At $Bytes $from ([System.BitConverter]::ToInt32($Bytes, $from + 4)) $length
                type = [System.BitConverter]::ToInt32($Bytes, $from + 8)
                flags = [System.BitConverter]::ToInt32($Bytes, $from + 12)
                spec = [System.BitConverter]::ToInt32($Bytes, $from + 24)
            }
        }
        $at = $from + $length
    }
    if ($at -ne $Bytes.Length) { throw 'The serialized certificate is cut off.' }
}

# The same by CertGetCertificateContextProperty (key-record.cs, which the request brings): only where the other way fails.
function Read-KeyRecordByApi($Certificate) {
    Add-Type -TypeDefinition $DpmPrepSource -Language CSharp
    $values = [DpmPrep.KeyRecord]::Read($Certificate.Handle)
    if ($values) { @{ container = $values[0]; provider = $values[1]; type = $values[2]; flags = $values[3]; spec = $values[4] } }
}

# Whether the key may leave its provider, for Microsoft's software providers only: others may ask for a card or a PIN.
# Null for those. Throws where the key cannot be opened.
function Get-Exportable($Record) {
    $software = @('Microsoft Base Cryptographic Provider v1.0', 'Microsoft Strong Cryptographic Provider', 'Microsoft Enhanced Cryptographic Provider v1.0',
        'Microsoft Enhanced RSA and AES Cryptographic Provider', 'Microsoft RSA SChannel Cryptographic Provider')
    $ofMachine = ($Record.flags -band 0x20) -ne 0
    if ($Record.type -ne 0 -and $software -contains $Record.provider) {
        $wanted = [System.Security.Cryptography.CspParameters]::new($Record.type, $Record.provider, $Record.container)
        $wanted.KeyNumber = $Record.spec
        $wanted.Flags = if ($ofMachine) { 'UseExistingKey, NoPrompt, UseMachineKeyStore' } else { 'UseExistingKey, NoPrompt' }
        # The method, because a property that throws is null in PowerShell: "cannot be read" is not "no".
        return [System.Security.Cryptography.CspKeyContainerInfo]::new($wanted).get_Exportable()
    }
    if ($Record.type -eq 0 -and $Record.provider -eq 'Microsoft Software Key Storage Provider') {
        $options = [System.Security.Cryptography.CngKeyOpenOptions]$(if ($ofMachine) { 'Silent, MachineKey' } else { 'Silent' })
        $key = [System.Security.Cryptography.CngKey]::Open($Record.container, [System.Security.Cryptography.CngProvider]::new($Record.provider), $options)
        try { return ([int]$key.ExportPolicy -band 3) -ne 0 } finally { $key.Dispose() }
    }
}

# keyError says why the key type, or whether it can be exported, is not known: "cannot be read" is its own answer.
function Get-KeyFacts($Certificate) {
    $facts = @{ provider = $null; keySpec = $null; exportable = $null; machineKey = $null; keyError = $null }
    if (-not $Certificate.HasPrivateKey) { return $facts }
    $record = $null
    try {
        try { $record = Read-KeyRecord $Certificate.Export([System.Security.Cryptography.X509Certificates.X509ContentType]::SerializedCert) }
        catch { $record = Read-KeyRecordByApi $Certificate }
    } catch {
        $facts.keyError = 'What the store records of the key cannot be read: ' + (Get-ErrorText $_)
        return $facts
    }
    if (-not $record) { $facts.keyError = 'The store does not record what holds the key.'; return $facts }
    $facts.provider = $record.provider
    $facts.machineKey = ($record.flags -band 0x20) -ne 0
    # Type 0 is a key storage provider, whatever the key type beside it says; -1 is CERT_NCRYPT_KEY_SPEC.
    if ($record.type -eq 0 -or $record.spec -eq -1) { $facts.keySpec = 'cng' }
    elseif ($record.spec -eq 1) { $facts.keySpec = 'exchange' }
    elseif ($record.spec -eq 2) { $facts.keySpec = 'signature' }
    else { $facts.keyError = "The store records the key type $($record.spec), which is unknown."; return $facts }
    try { $facts.exportable = Get-Exportable $record } catch { $facts.keyError = 'The key cannot be opened: ' + (Get-ErrorText $_) }
    $facts
}
