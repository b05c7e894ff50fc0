# Question "domain-controller": is the domain controller on this computer read-only. Changes nothing. Input: {}.
# From the rootDSE of its own directory: an RODC, and nothing else, names the capability
# LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID there (MS-ADTS 3.1.1.3.4.3.5). Anyone may read the rootDSE.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

Invoke-Answer $input {
    $readOnly = $null
    $problem = $null
    try {
        Add-Type -AssemblyName System.DirectoryServices.Protocols
        $directory = [System.DirectoryServices.Protocols.LdapConnection]::new('localhost')
        try {
            $directory.AuthType = [System.DirectoryServices.Protocols.AuthType]::Anonymous
            $directory.SessionOptions.ProtocolVersion = 3
            $directory.Timeout = [timespan]::FromSeconds(10)
            $scope = [System.DirectoryServices.Protocols.SearchScope]::Base
            $search = [System.DirectoryServices.Protocols.SearchRequest]::new('', '(objectClass=*)', $scope, @('supportedCapabilities'))
            $root = $directory.SendRequest($search).Entries[0]
            $capabilities = @($root.Attributes['supportedCapabilities'].GetValues([string]))
            $readOnly = $capabilities -contains '1.2.840.113556.1.4.1920'
        } finally { $directory.Dispose() }
    } catch {
        $problem = $_.Exception.GetBaseException().Message
    }
    @{ readOnly = $readOnly; problem = $problem }
}
