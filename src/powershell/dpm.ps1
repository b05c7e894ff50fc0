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

# What the module prints while it loads is not an answer, only lines.
function Import-DpmModule([string]$Name) {
    $module = Find-DpmModule $Name
    if (-not $module) { throw "The PowerShell module $Name is not on this computer." }
    $manifest = $module.path
    $ErrorActionPreference = 'Continue'
    Import-Module -Name $manifest -Global *>&1 | & { process { Write-ToolRecord $_ $null } }
}

# As the DPM Management Shell does it for a script: the module is loaded, and the folder is the script's own.
function Enter-DpmShell([string]$Folder) {
    if (Find-DpmModule 'DataProtectionManager') {
        try { Import-DpmModule 'DataProtectionManager' } catch { Write-ToolLine ('WARNING: ' + (Get-ErrorText $_)) }
    }
    $null = $ExecutionContext.SessionState.Path.SetLocation([WildcardPattern]::Escape($Folder))
    [System.Environment]::CurrentDirectory = $Folder
}

# Finds the script and runs it in DPM's shell; $How gets the command and its parameters.
function Invoke-Script($Request, [string]$DppSecret, [scriptblock]$How) {
    $command = Get-ScriptCommand $Request.path
    if (-not $command) { throw "There is no script $($Request.path)." }
    $mutex = Enter-Run $Request.path
    Enter-DpmShell ([System.IO.Path]::GetDirectoryName($Request.path))
    try { & $How $command (Get-Splat $Request $DppSecret) } finally { if ($mutex) { $mutex.Dispose() } }
}

# A cmdlet or function of DPM's module by its name, also where that is an alias; nothing where the module has none.
function Find-DpmCommand([string]$Name, [string]$Module) {
    foreach ($command in @(Get-Command -Name $Name -Module $Module -ErrorAction SilentlyContinue)) {
        while ($command -is [System.Management.Automation.AliasInfo]) { $command = $command.ResolvedCommand }
        if ($command) { return $command }
    }
}

# What DPM answers. Its code runs with the preferences that it was written for, to its end; but an answer with an error
# beside it may lack something, so it is not an answer.
function Invoke-Dpm([string]$Name, $Parameters) {
    $ErrorActionPreference = 'Continue'
    $errors = @()
    foreach ($item in @(& $Name @Parameters 2>&1)) {
        if ($item -is [System.Management.Automation.ErrorRecord]) { $errors += Get-ErrorText $item } else { $item }
    }
    if ($errors) { throw ($errors -join ' ') }
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
    foreach ($computer in @(Invoke-Dpm 'Get-DPMProductionServer' @{ DPMServerName = $DpmServer })) {
        if ($null -eq $computer -or (Get-Text $computer 'ServerProtectionState') -eq 'Deleted') { continue }
        foreach ($property in 'ServerName', 'MachineName', 'Name') {
            if ((Get-Text $computer $property) -eq $Name) { return $computer }
        }
    }
}
