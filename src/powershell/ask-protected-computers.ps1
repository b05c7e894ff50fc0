# Question "protected-computers": the DPM server's own list (Get-DPMProductionServer). Changes nothing.
# Input: {"dpmServerName"}. Properties that an object does not have are null; no property for the way of
# authentication is documented, so it is only told where a text property names it.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request)
    Import-DpmModule 'DataProtectionManager'
    $dpmServer = [string]$request.dpmServerName
    @{
        computers = @(
            foreach ($computer in @(Invoke-Dpm 'Get-DPMProductionServer' @{ DPMServerName = $dpmServer })) {
                $authentication = $null
                foreach ($name in 'AuthenticationType', 'ServerAuthenticationType', 'DisplayName', 'FullyQualifiedName') {
                    $text = Get-Text $computer $name
                    if ($text -match 'Certificate') { $authentication = 'certificate'; break }
                    if ($text -match 'NTLM|Workgroup') { $authentication = 'ntlm'; break }
                }
                [ordered]@{
                    serverName = "$(Get-Text $computer 'ServerName')"
                    machineName = Get-Text $computer 'MachineName'
                    name = Get-Text $computer 'Name'
                    domain = Get-Text $computer 'Domain'
                    clusterName = Get-Text $computer 'ClusterName'
                    state = Get-Text $computer 'ServerProtectionState'
                    connectivity = Get-Text $computer 'Connectivity'
                    agentVersion = Get-Text $computer 'AgentVersion'
                    authentication = $authentication
                }
            }
        )
    }
}
