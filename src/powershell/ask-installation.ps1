# Question "installation": what of DPM is on this computer. Changes nothing. Input: {}.
# Read: HKLM\SOFTWARE\Microsoft\Microsoft Data Protection Manager\Setup (InstallPath; DatabasePath only on a DPM
# server), <InstallPath>ActiveOwner, the version of DPMRA.exe, the services, the uninstall entries.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

# The first three belong to an agent and are always reported, the others only where they exist.
$agentServices = 'DPMRA', 'DPMAC', 'DpmCPWrapperService'
$serverServices = 'MSDPM', 'DPMAMService', 'DPMLA', 'DPMWriter', 'DPMVmmHelperService'

function Get-ServiceFacts([string]$Name) {
    $states = @{ Running = 'running'; Stopped = 'stopped'; StartPending = 'starting'; StopPending = 'stopping'; Paused = 'paused'; PausePending = 'paused'; ContinuePending = 'starting' }
    $modes = @{ 2 = 'automatic'; 3 = 'manual'; 4 = 'disabled' }
    $key = Open-MachineKey "SYSTEM\CurrentControlSet\Services\$Name"
    if (-not $key) { return [ordered]@{ name = $Name; displayName = $null; state = 'absent'; startMode = 'unknown' } }
    $state = 'unknown'
    $displayName = $null
    try {
        $service = Get-Service -Name $Name
        $displayName = [string]$service.DisplayName
        $known = $states["$($service.Status)"]
        if ($known) { $state = $known }
    } catch { $null = $_ }
    $mode = $modes[[int]$key.GetValue('Start')]
    if (-not $mode) { $mode = 'unknown' }
    [ordered]@{ name = $Name; displayName = $displayName; state = $state; startMode = $mode }
}

function Get-Products {
    foreach ($path in 'SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall', 'SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall') {
        $root = Open-MachineKey $path
        if (-not $root) { continue }
        foreach ($name in $root.GetSubKeyNames()) {
            $key = $root.OpenSubKey($name)
            if (-not $key) { continue }
            $displayName = [string]$key.GetValue('DisplayName')
            if ($displayName -notmatch 'DPM|Data Protection Manager|Azure Backup Server') { continue }
            $version = $key.GetValue('DisplayVersion')
            if ($null -ne $version) { $version = [string]$version }
            [ordered]@{ displayName = $displayName; version = $version; productCode = $name }
        }
    }
}

# The files are UTF-16 with a server's name in them; a byte order mark decides, else zero bytes do.
function Get-Owners([string]$InstallPath) {
    $folder = [System.IO.Path]::Combine($InstallPath, 'ActiveOwner')
    if (-not [System.IO.Directory]::Exists($folder)) { return }
    foreach ($file in [System.IO.Directory]::GetFiles($folder)) {
        $bytes = [System.IO.File]::ReadAllBytes($file)
        if ($bytes.Length -eq 0 -or $bytes.Length -gt 65536) { continue }
        $encoding = if ($bytes -contains 0) { [System.Text.Encoding]::Unicode } else { [System.Text.Encoding]::UTF8 }
        $name = $encoding.GetString($bytes).Trim([char]0xFEFF, [char]0, ' ', "`r", "`n", "`t")
        if ($name) { $name }
    }
}

Invoke-Answer $input {
    $setup = 'SOFTWARE\Microsoft\Microsoft Data Protection Manager\Setup'
    $installPath = "$(Get-MachineValue $setup 'InstallPath')"
    $role = 'neither'
    $bin = $null
    $version = $null
    $owners = @()
    if ($installPath) {
        $role = if (Get-MachineValue $setup 'DatabasePath') { 'dpm-server' } else { 'protected-computer' }
        $bin = [System.IO.Path]::Combine($installPath, 'bin')
        $agent = [System.IO.Path]::Combine($bin, 'DPMRA.exe')
        if ([System.IO.File]::Exists($agent)) {
            $info = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($agent)
            if ($info.FileVersion) { $version = '{0}.{1}.{2}.{3}' -f $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart }
        }
        $owners = @(Get-Owners $installPath)
    } else { $installPath = $null }
    [ordered]@{
        role = $role
        installPath = $installPath
        binFolder = $bin
        version = $version
        owners = $owners
        services = @(
            foreach ($name in $agentServices) { Get-ServiceFacts $name }
            foreach ($name in $serverServices) { $facts = Get-ServiceFacts $name; if ($facts.state -ne 'absent') { $facts } }
        )
        products = @(Get-Products)
    }
}
