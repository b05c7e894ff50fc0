# Question "installation": what of DPM is on this computer. Changes nothing. Input: {}.
# Read: HKLM\SOFTWARE\Microsoft\Microsoft Data Protection Manager\Setup (InstallPath), the keys DB and
# Agent\2.0 beside it, <InstallPath>ActiveOwner, the version of DPMRA.exe, the services, the uninstall entries.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

# The first three belong to an agent and are always reported, the others only where they exist.
$agentServices = 'DPMRA', 'DPMAC', 'DpmCPWrapperService'
$serverServices = 'MSDPM', 'DPMAMService', 'DPMLA', 'DPMWriter', 'DPMVmmHelperService'

# Microsoft's own collectors take the key DB as the sign of a DPM server, also where its database is on another
# computer; community tools take Setup\DatabasePath. The service MSDPM is on a DPM server alone.
function Test-DpmServer {
    $dpm = 'SOFTWARE\Microsoft\Microsoft Data Protection Manager'
    if (Open-MachineKey "$dpm\DB") { return $true }
    if (Get-MachineValue "$dpm\Setup" 'DatabasePath') { return $true }
    [bool](Open-MachineKey 'SYSTEM\CurrentControlSet\Services\MSDPM')
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

# UTF-16 XML; AuthorizedMachines/MachineName are the DPM servers that may use the agent. Microsoft's own diagnostics read it
# so on domain computers (TS_Main_DPM.ps1); for workgroups it is not confirmed.
function Get-AgentConfiguration {
    $key = Open-MachineKey 'SOFTWARE\Microsoft\Microsoft Data Protection Manager\Agent\2.0'
    if (-not $key) { return }
    $bytes = $key.GetValue('configuration') -as [byte[]]
    if (-not $bytes -or $bytes.Length -gt 1048576) { return }
    $servers = @()
    try {
        $document = [System.Xml.XmlDocument]::new()
        $document.XmlResolver = $null
        $document.LoadXml([System.Text.Encoding]::Unicode.GetString($bytes).Trim([char]0xFEFF, [char]0))
        $servers = @(foreach ($node in $document.SelectNodes("//*[local-name()='AuthorizedMachines']/*[local-name()='MachineName']")) {
            $name = $node.InnerText.Trim()
            if ($name) { $name }
        })
    } catch { $null = $_ }
    $sha = [System.Security.Cryptography.SHA256]::Create()
    [ordered]@{
        sha256 = [System.BitConverter]::ToString($sha.ComputeHash($bytes)).Replace('-', '').ToLowerInvariant()
        dpmServers = $servers
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
        $bin = [System.IO.Path]::Combine($installPath, 'bin')
        $agent = [System.IO.Path]::Combine($bin, 'DPMRA.exe')
        $agentIsThere = [System.IO.File]::Exists($agent)
        # An installation that failed or was removed can leave its key behind.
        if (Test-DpmServer) { $role = 'dpm-server' }
        elseif ($agentIsThere -or (Open-MachineKey 'SYSTEM\CurrentControlSet\Services\DPMRA')) { $role = 'protected-computer' }
        if ($agentIsThere) {
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
        agentConfiguration = Get-AgentConfiguration
        services = @(
            foreach ($name in $agentServices) { Get-ServiceFacts $name }
            foreach ($name in $serverServices) { $facts = Get-ServiceFacts $name; if ($facts.state -ne 'absent') { $facts } }
        )
        products = @(
            foreach ($program in @(Get-InstalledPrograms)) {
                if ($program.displayName -notmatch 'DPM|Data Protection Manager|Azure Backup Server') { continue }
                [ordered]@{ displayName = $program.displayName; version = $program.version; productCode = $program.key }
            }
        )
    }
}
