# What PowerShell has on Windows alone. Services: services.json in the folder that TESTHOST_WORLD names, name to state.
function Get-Service {
    [CmdletBinding()] param([Parameter(Position = 0, Mandatory = $true)][string] $Name)
    $file = "$env:TESTHOST_WORLD/services.json"
    $services = if ([IO.File]::Exists($file)) { ConvertFrom-Json ([IO.File]::ReadAllText($file)) -AsHashtable } else { @{} }
    $found = @($services.Keys | Where-Object { $_ -eq $Name })
    if ($found) { return [pscustomobject]@{ Name = $found[0]; DisplayName = $found[0]; Status = $services[$found[0]] } }
    # Thrown: a function of a module does not see the caller's Stop, as the real cmdlet does.
    throw [System.Management.Automation.ErrorRecord]::new(
        [System.InvalidOperationException]::new("Cannot find any service with service name '$Name'."),
        'NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand', 'ObjectNotFound', $Name)
}
