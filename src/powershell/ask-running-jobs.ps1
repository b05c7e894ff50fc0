# Question "running-jobs": the jobs in progress of each protected computer (Get-DPMJob -Status InProgress). Changes nothing.
# Input: {"dpmServerName"}. Which property of a job names its computer is not documented, so each computer is asked by
# itself, and only where any job runs at all.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\running.ps1"; . "$PSScriptRoot\tool.ps1"; . "$PSScriptRoot\dpm.ps1" }

Invoke-Answer $input {
    param($request)
    Import-DpmModule 'DataProtectionManager'
    $dpmServer = [string]$request.dpmServerName
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $all = @(foreach ($job in @(Invoke-Dpm 'Get-DPMJob' @{ DPMServerName = $dpmServer; Status = 'InProgress' })) { if ($null -ne $job) { $job } })
    $computers = @()
    if ($all.Count -gt 0) { $computers = @(Invoke-Dpm 'Get-DPMProductionServer' @{ DPMServerName = $dpmServer }) }
    @{
        total = $all.Count
        computers = @(
            foreach ($computer in $computers) {
                if ($null -eq $computer -or (Get-Text $computer 'ServerProtectionState') -eq 'Deleted') { continue }
                $jobs = $null
                $why = $null
                # The question as a whole must end in time.
                if ($clock.Elapsed.TotalSeconds -gt 100) { $why = 'DPM took too long to answer for the computers before it.' }
                else {
                    try {
                        $jobs = @(
                            foreach ($job in @(Invoke-Dpm 'Get-DPMJob' @{ ProductionServer = $computer; Status = 'InProgress' })) {
                                if ($null -ne $job) { $type = Get-Text $job 'JobType'; if ($type) { $type } else { 'job' } }
                            }
                        )
                    } catch { $why = Get-ErrorText $_ }
                }
                [ordered]@{ name = "$(Get-Text $computer 'ServerName')"; jobs = $jobs; why = $why }
            }
        )
    }
}
