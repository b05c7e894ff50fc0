# Question "ipsec": assigned IP security policies and connection security rules. Changes nothing. Input: {}.
# From the registry; the format of the rules is documented in MS-GPFAS.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

$security = @{
    SecureServer = @('require', 'request')
    Boundary = @('request', 'request')
    Secure = @('require', 'require')
    DoNotSecure = @('none', 'none')
}

function Get-AssignedPolicies {
    $root = 'SOFTWARE\Policies\Microsoft\Windows\IPSec'
    $active = "$(Get-MachineValue "$root\Policy\Local" 'ActivePolicy')"
    if ($active) {
        $name = "$(Get-MachineValue $active 'ipsecName')"
        if ($name) { $name } else { $active.Split('\')[-1] }
    }
    $byPolicy = "$(Get-MachineValue "$root\GPTIPSECPolicy" 'DSIPSECPolicyName')"
    if ($byPolicy) { $byPolicy }
}

function Get-ConnectionRules {
    foreach ($path in 'SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\ConSecRules', 'SOFTWARE\Policies\Microsoft\WindowsFirewall\ConSecRules') {
        $key = Open-MachineKey $path
        if (-not $key) { continue }
        foreach ($id in $key.GetValueNames()) {
            $fields = @{}
            foreach ($part in ([string]$key.GetValue($id)).Split('|')) {
                $at = $part.IndexOf('=')
                if ($at -gt 0) { $fields[$part.Substring(0, $at)] = $part.Substring($at + 1) }
            }
            $name = $fields['Name']
            if (-not $name) { $name = $id }
            $ways = $security["$($fields['Action'])"]
            if (-not $ways) { $ways = @('unknown', 'unknown') }
            [ordered]@{ name = $name; enabled = $fields['Active'] -eq 'TRUE'; inbound = $ways[0]; outbound = $ways[1] }
        }
    }
}

Invoke-Answer $input {
    $policies = $null
    $rules = $null
    try { $policies = @(Get-AssignedPolicies) } catch { $null = $_ }
    try { $rules = @(Get-ConnectionRules) } catch { $null = $_ }
    @{ assignedPolicies = $policies; connectionRules = $rules }
}
