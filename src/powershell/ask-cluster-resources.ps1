# Question "cluster-resources": the clusters that DPM knows (Get-DPMProductionCluster), and the virtual names of one of
# them (Get-DPMProductionVirtualName). Changes nothing. Input: {"dpmServerName", "clusterName"}.
# The cmdlets are documented; the properties of what they give are not.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

function Get-FirstText($Object, [string[]]$Names) {
    foreach ($name in $Names) {
        $text = Get-Text $Object $name
        if ($text) { return $text }
    }
    ''
}

Invoke-Answer $input {
    param($request)
    Import-DpmModule 'DataProtectionManager'
    $wanted = [string]$request.clusterName
    $clusters = @(
        foreach ($cluster in @(Invoke-Dpm 'Get-DPMProductionCluster' @{ DPMServerName = [string]$request.dpmServerName })) {
            if ($null -ne $cluster) { @{ name = Get-FirstText $cluster 'ClusterName', 'Name', 'ServerName'; object = $cluster } }
        }
    )
    # The whole name first; a NetBIOS name and an FQDN may mean the same cluster.
    $found = @($clusters | Where-Object { $_.name -eq $wanted })
    if (-not $found) { $found = @($clusters | Where-Object { $_.name.Split('.')[0] -eq $wanted.Split('.')[0] }) }
    $failure = $null
    $resources = @()
    if ($found.Count -eq 1) {
        try {
            $resources = @(Invoke-Dpm 'Get-DPMProductionVirtualName' @{ ProductionCluster = $found[0].object })
        } catch { $failure = Get-ErrorText $_ }
    }
    @{
        clusters = @(foreach ($cluster in $clusters) { $cluster.name })
        found = $found.Count -eq 1
        resources = @(foreach ($resource in $resources) { if ($null -ne $resource) { $name = Get-FirstText $resource 'VirtualName', 'Name', 'ServerName'; if ($name) { $name } else { "$resource" } } })
        failure = $failure
    }
}
