# What PowerShell has on Windows alone. Services: services.json in the folder that TESTHOST_WORLD names, name to state.
function Get-Service {
    [CmdletBinding()] param([Parameter(Position = 0, Mandatory = $true)][string[]] $Name)
    $file = "$env:TESTHOST_WORLD/services.json"
    $services = if ([IO.File]::Exists($file)) { ConvertFrom-Json ([IO.File]::ReadAllText($file)) -AsHashtable } else { @{} }
    foreach ($one in $Name) {
        $found = @($services.Keys | Where-Object { $_ -eq $one })
        if ($found) { [pscustomobject]@{ Name = $found[0]; DisplayName = $found[0]; Status = $services[$found[0]] } }
        else {
            $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new(
                    [System.InvalidOperationException]::new("Cannot find any service with service name '$one'."),
                    'NoServiceFoundForGivenName', 'ObjectNotFound', $one))
        }
    }
}
