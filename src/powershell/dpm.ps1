# Shared by what uses DPM's module of cmdlets. Needs preamble.ps1 and tool.ps1 in front.

# By its name, else below DPM's own folder.
function Find-DpmModule([string]$Name) {
    $module = @(Get-Module -ListAvailable -Name $Name)[0]
    if ($module) { return @{ path = $module.Path; version = [string]$module.Version } }
    $installPath = "$(Get-MachineValue 'SOFTWARE\Microsoft\Microsoft Data Protection Manager\Setup' 'InstallPath')"
    if (-not $installPath) { return }
    $manifest = [System.IO.Path]::Combine($installPath, 'Modules', $Name, "$Name.psd1")
    if ([System.IO.File]::Exists($manifest)) { @{ path = $manifest; version = $null } }
}

# What the module prints while it loads is no answer, only lines.
function Import-DpmModule([string]$Name) {
    $module = Find-DpmModule $Name
    if (-not $module) { throw "The PowerShell module $Name is not on this computer." }
    $manifest = $module.path
    $ErrorActionPreference = 'Continue'
    Import-Module -Name $manifest -Global *>&1 | & { process { Write-ToolRecord $_ $null } }
}

# A property as text; nothing where the object has none of that name.
function Get-Text($Object, [string]$Name) {
    $property = $Object.PSObject.Properties[$Name]
    if (-not $property) { return }
    $value = $null
    try { $value = $property.Value } catch { return }
    if ($null -ne $value) { [string]$value }
}

# The record of one protected computer, or nothing. Records that are kept of removed computers do not count.
function Find-ProtectedComputer([string]$DpmServer, [string]$Name) {
    foreach ($computer in @(Get-DPMProductionServer -DPMServerName $DpmServer)) {
        if ($null -eq $computer -or (Get-Text $computer 'ServerProtectionState') -eq 'Deleted') { continue }
        foreach ($property in 'ServerName', 'MachineName', 'Name') {
            if ((Get-Text $computer $property) -eq $Name) { return $computer }
        }
    }
}
