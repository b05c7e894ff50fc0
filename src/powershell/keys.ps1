# Shared: what the store records of a certificate's key. Needs preamble.ps1 in front.
# The store's property 2 (CERT_KEY_PROV_INFO) is read; the key is not opened for it. .NET's own way to the key answers
# "CNG" for every key, also for one in a CSP.

# The name at this offset of the record, which ends with a NUL; nothing for 0.
function Get-NameAt([byte[]]$Record, [int]$Field) {
    $offset = [System.BitConverter]::ToInt32($Record, $Field)
    if ($offset -eq 0) { return }
    if ($offset -lt 28 -or $offset -ge $Record.Length) { throw 'The record of the key is damaged.' }
    [System.Text.Encoding]::Unicode.GetString($Record, $offset, $Record.Length - $offset).Split([char]0)[0]
}

# The serialized certificate is a list of properties: number, encoding, length (4 bytes each), value. Nothing where the
# certificate has no property 2. Throws where the bytes are not such a list.
function Read-KeyRecord([byte[]]$Bytes) {
    for ($at = 0; $at + 12 -le $Bytes.Length; $at += 12 + $length) {
        $length = [System.BitConverter]::ToInt32($Bytes, $at + 8)
        if ($length -lt 0 -or $length -gt $Bytes.Length - $at - 12) { break }
        if ([System.BitConverter]::ToInt32($Bytes, $at) -ne 2) { continue }
        $record = [byte[]]::new($length)
        [System.Array]::Copy($Bytes, $at + 12, $record, 0, $length)
        $numbers = foreach ($field in 8, 12, 24) { [System.BitConverter]::ToInt32($record, $field) }
        return @{ container = Get-NameAt $record 0; provider = Get-NameAt $record 4; type = $numbers[0]; flags = $numbers[1]; spec = $numbers[2] }
    }
    if ($at -ne $Bytes.Length) { throw 'The serialized certificate is truncated.' }
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
    $options = 'UseExistingKey, NoPrompt', 'Silent'
    if ($Record.flags -band 0x20) { $options = 'UseExistingKey, NoPrompt, UseMachineKeyStore', 'Silent, MachineKey' }
    if ($Record.type -ne 0 -and $Record.provider -match '^Microsoft (?:Base|Strong|Enhanced|Enhanced RSA and AES|RSA SChannel) Cryptographic Provider(?: v1\.0)?$') {
        $wanted = [System.Security.Cryptography.CspParameters]::new($Record.type, $Record.provider, $Record.container)
        $wanted.KeyNumber = $Record.spec
        $wanted.Flags = $options[0]
        # The method, because a property that throws is null in PowerShell: "cannot be read" is not "no".
        return [System.Security.Cryptography.CspKeyContainerInfo]::new($wanted).get_Exportable()
    }
    if ($Record.type -eq 0 -and $Record.provider -eq 'Microsoft Software Key Storage Provider') {
        $key = [System.Security.Cryptography.CngKey]::Open($Record.container, [System.Security.Cryptography.CngProvider]::new($Record.provider), $options[1])
        try { [bool]([int]$key.ExportPolicy -band 3) } finally { $key.Dispose() }
    }
}

# keyError says why the key type, or whether it can be exported, is not known: "cannot be read" is its own answer.
function Get-KeyFacts($Certificate) {
    $facts = @{ provider = $null; keySpec = $null; exportable = $null; machineKey = $null; keyError = $null }
    if (-not $Certificate.HasPrivateKey) { return $facts }
    try {
        try { $record = Read-KeyRecord $Certificate.Export('SerializedCert') } catch { $record = Read-KeyRecordByApi $Certificate }
        if (-not $record) { throw 'The store does not record what holds it.' }
        $facts.provider = $record.provider
        $facts.machineKey = [bool]($record.flags -band 0x20)
        # Type 0 is a key storage provider, whatever the key type beside it says; -1 is CERT_NCRYPT_KEY_SPEC.
        $facts.keySpec = if ($record.type -eq 0) { 'cng' } else { @{ '-1' = 'cng'; '1' = 'exchange'; '2' = 'signature' }["$($record.spec)"] }
        if (-not $facts.keySpec) { throw "The store records the key type $($record.spec), which is unknown." }
        $facts.exportable = Get-Exportable $record
    } catch { $facts.keyError = 'The key cannot be read: ' + (Get-ErrorText $_) }
    $facts
}
