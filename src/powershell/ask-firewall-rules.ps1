# Question "firewall-rules": inbound rules of Windows Firewall that concern DPM. Changes nothing. Input: {}.
# Read from the registry (the format is documented in MS-GPFAS), which needs neither CIM nor a module: local rules and
# those of a group policy. Concerned: the agent's programs, TCP 135, 5718, 5719, 6076, and rules that name no port and
# no program, so everything.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

$protocols = @{ '6' = 'TCP'; '17' = 'UDP'; '1' = 'ICMPv4'; '58' = 'ICMPv6' }
$ours = 135, 5718, 5719, 6076

# A rule may repeat a field, and since version 2.10 ranges stand in fields of their own: LPort2_10=5718-5719.
function Get-Fields([string]$Text) {
    $fields = @{}
    foreach ($part in $Text.Split('|')) {
        $at = $part.IndexOf('=')
        if ($at -le 0) { continue }
        $field = $part.Substring(0, $at) -replace '^(LPort|RA4|RA6)2_\d+$', '$1'
        if ($field -eq 'RA6') { $field = 'RA4' }
        $value = $part.Substring($at + 1)
        if ($fields.ContainsKey($field)) { $fields[$field] = $fields[$field] + ',' + $value } else { $fields[$field] = $value }
    }
    $fields
}

function Test-Port([string]$Ports) {
    foreach ($part in $Ports.Split(',')) {
        if ($part -match '^\s*RPC-?EPMap\s*$') { return $true }
        if ($part -notmatch '^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$') { continue }
        $from = [int]$Matches[1]
        $to = if ($Matches[2]) { [int]$Matches[2] } else { $from }
        foreach ($port in $ours) { if ($from -le $port -and $port -le $to) { return $true } }
    }
    $false
}

function Test-Concerned($Fields) {
    if ([string]$Fields['App'] -match '\\(?:DPMRA|dpmac|DPMCPWrapper\w*|CPWrapper)\.exe$') { return $true }
    if ($Fields['Name'] -match '\b(?:DPM|dpmra|dpmac)') { return $true }
    if ($Fields['Protocol'] -and $Fields['Protocol'] -notin '6', '256') { return $false }
    if ($Fields['LPort']) { return Test-Port $Fields['LPort'] }
    -not $Fields['App'] -and -not $Fields['Svc']
}

function Get-Rule([string]$Id, [string]$Text, [bool]$FromPolicy) {
    $fields = Get-Fields $Text
    if ($fields['Dir'] -ne 'In' -or -not (Test-Concerned $fields)) { return }
    $name = $fields['Name']
    if (-not $name) { $name = $Id }
    $protocol = $fields['Protocol']
    if ($protocol -and $protocols[$protocol]) { $protocol = $protocols[$protocol] }
    $profiles = @(foreach ($one in 'domain', 'private', 'public') { if ("$($fields['Profile'])".Split(',') -contains $one) { $one } })
    [ordered]@{
        name = $name
        enabled = $fields['Active'] -eq 'TRUE'
        allow = $fields['Action'] -eq 'Allow'
        program = $fields['App']
        protocol = $protocol
        localPorts = $fields['LPort']
        profiles = $profiles
        remoteAddresses = $fields['RA4']
        fromPolicy = $FromPolicy
    }
}

# A policy's value, where there is one, wins over the local one.
function Get-Profile([string]$Name, [string[]]$PolicyKeys, [string]$LocalKey) {
    $enabled = Get-MachineValue $LocalKey 'EnableFirewall'
    $merge = $null
    foreach ($key in $PolicyKeys) {
        $byPolicy = Get-MachineValue $key 'EnableFirewall'
        if ($null -ne $byPolicy) { $enabled = $byPolicy }
        $merged = Get-MachineValue $key 'AllowLocalPolicyMerge'
        if ($null -ne $merged) { $merge = $merged }
    }
    $on = $null
    if ($null -ne $enabled) { $on = [int]$enabled -ne 0 }
    [ordered]@{ profile = $Name; enabled = $on; localRulesApply = $null -eq $merge -or [int]$merge -ne 0 }
}

Invoke-Answer $input {
    $local = 'SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy'
    $policy = 'SOFTWARE\Policies\Microsoft\WindowsFirewall'
    # StandardProfile is what the private profile was called before Windows Vista.
    $profiles = @(
        Get-Profile 'domain' @("$policy\DomainProfile") "$local\DomainProfile"
        Get-Profile 'private' @("$policy\StandardProfile", "$policy\PrivateProfile") "$local\StandardProfile"
        Get-Profile 'public' @("$policy\PublicProfile") "$local\PublicProfile"
    )
    $enabled = $null
    foreach ($one in $profiles) {
        if ($one.enabled) { $enabled = $true } elseif ($one.enabled -eq $false -and $null -eq $enabled) { $enabled = $false }
    }
    @{
        enabled = $enabled
        profiles = $profiles
        rules = @(
            foreach ($place in @{ path = "$local\FirewallRules"; policy = $false }, @{ path = "$policy\FirewallRules"; policy = $true }) {
                $key = Open-MachineKey $place.path
                if (-not $key) { continue }
                foreach ($id in $key.GetValueNames()) { Get-Rule $id ([string]$key.GetValue($id)) $place.policy }
            }
        )
    }
}
