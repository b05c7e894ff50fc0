# Question "firewall-rules": inbound rules of the Windows firewall that concern DPM. Changes nothing. Input: {}.
# Read from the registry (the format is documented in MS-GPFAS), which needs neither CIM nor a module: local rules and
# those of a group policy. Concerned: the agent's programs, and TCP 135, 5718, 5719, 6076.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

$protocols = @{ '6' = 'TCP'; '17' = 'UDP'; '1' = 'ICMPv4'; '58' = 'ICMPv6' }

function Get-Rule([string]$Id, [string]$Text) {
    $fields = @{}
    foreach ($part in $Text.Split('|')) {
        $at = $part.IndexOf('=')
        if ($at -le 0) { continue }
        $field = $part.Substring(0, $at)
        $value = $part.Substring($at + 1)
        if ($fields.ContainsKey($field)) { $fields[$field] = $fields[$field] + ',' + $value } else { $fields[$field] = $value }
    }
    if ($fields['Dir'] -ne 'In') { return }
    $program = $fields['App']
    $ports = $fields['LPort']
    $concerned = [string]$program -match '\\(?:DPMRA|dpmac|DpmCPWrapperService|CPWrapper)\.exe$' -or [string]$ports -match '\b(?:135|5718|5719|6076)\b' -or $fields['Name'] -match '\b(?:DPM|dpmra|dpmac)'
    if (-not $concerned) { return }
    $name = $fields['Name']
    if (-not $name) { $name = $Id }
    $protocol = $fields['Protocol']
    if ($protocol -and $protocols[$protocol]) { $protocol = $protocols[$protocol] }
    [ordered]@{
        name = $name
        enabled = $fields['Active'] -eq 'TRUE'
        allow = $fields['Action'] -eq 'Allow'
        program = $program
        protocol = $protocol
        localPorts = $ports
    }
}

Invoke-Answer $input {
    $policy = 'SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy'
    $enabled = $null
    foreach ($profile in 'DomainProfile', 'StandardProfile', 'PublicProfile') {
        $on = Get-MachineValue "$policy\$profile" 'EnableFirewall'
        if ($null -eq $on) { continue }
        if ([int]$on -ne 0) { $enabled = $true } elseif ($null -eq $enabled) { $enabled = $false }
    }
    @{
        enabled = $enabled
        rules = @(
            foreach ($path in "$policy\FirewallRules", 'SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules') {
                $key = Open-MachineKey $path
                if (-not $key) { continue }
                foreach ($id in $key.GetValueNames()) { Get-Rule $id ([string]$key.GetValue($id)) }
            }
        )
    }
}
