# Question "computer": names, membership, rights, operating system, whether a restart is pending. Changes nothing.
# Input: {}. From the registry and .NET; membership in a domain from WMI (Win32_ComputerSystem), where that answers.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1"; . "$PSScriptRoot\windows.ps1" }

function Get-DnsSuffixes {
    $network = [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
    $suffixes = @($network.DomainName)
    foreach ($adapter in [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
        try { $suffixes += $adapter.GetIPProperties().DnsSuffix } catch { continue }
    }
    $seen = @{}
    foreach ($suffix in $suffixes) {
        $name = ([string]$suffix).Trim('.')
        if ($name -and -not $seen.ContainsKey($name)) { $seen[$name] = $true; $name }
    }
}

function Get-Membership {
    try {
        $wmi = [System.Management.ManagementObjectSearcher]::new('SELECT PartOfDomain, Domain, Workgroup FROM Win32_ComputerSystem')
        $wmi.Options.Timeout = [timespan]::FromSeconds(15)
        foreach ($computer in $wmi.Get()) {
            if ($computer['PartOfDomain']) { return @{ membership = 'domain'; name = [string]$computer['Domain'] } }
            $name = [string]$computer['Workgroup']
            if (-not $name) { $name = [string]$computer['Domain'] }
            return @{ membership = 'workgroup'; name = $name }
        }
    } catch { $null = $_ }
    @{ membership = 'unknown'; name = $null }
}

function Get-RestartReasons {
    $windows = 'SOFTWARE\Microsoft\Windows\CurrentVersion'
    if (Open-MachineKey "$windows\Component Based Servicing\RebootPending") { 'Windows components wait for a restart.' }
    if (Open-MachineKey "$windows\WindowsUpdate\Auto Update\RebootRequired") { 'Windows Update waits for a restart.' }
    $renames = @(Get-MachineValue 'SYSTEM\CurrentControlSet\Control\Session Manager' 'PendingFileRenameOperations')
    if (@($renames | Where-Object { $_ }).Count -gt 0) { 'Windows renames or deletes files at its next start.' }
    $names = 'SYSTEM\CurrentControlSet\Control\ComputerName'
    $active = "$(Get-MachineValue "$names\ActiveComputerName" 'ComputerName')"
    $next = "$(Get-MachineValue "$names\ComputerName" 'ComputerName')"
    if ($active -and $next -and $active -ne $next) { "The computer is renamed from $active to $next at the next start." }
}

Invoke-Answer $input {
    $network = [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
    $fqdn = $null
    if ($network.DomainName) { $fqdn = $network.HostName + '.' + $network.DomainName }
    $membership = Get-Membership
    $user = [System.Security.Principal.WindowsPrincipal]::new([System.Security.Principal.WindowsIdentity]::GetCurrent())
    $version = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $build = "$(Get-MachineValue $version 'CurrentBuild')"
    if (-not $build) { $build = [string][System.Environment]::OSVersion.Version.Build }
    $reasons = @(Get-RestartReasons)
    [ordered]@{
        netbiosName = [System.Environment]::MachineName
        fqdn = $fqdn
        dnsSuffixes = @(Get-DnsSuffixes)
        membership = $membership.membership
        membershipName = $membership.name
        elevated = $user.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
        operatingSystem = @{
            caption = "$(Get-MachineValue $version 'ProductName')"
            version = '{0}.{1}.{2}' -f [System.Environment]::OSVersion.Version.Major, [System.Environment]::OSVersion.Version.Minor, $build
            server = ("$(Get-MachineValue $version 'InstallationType')") -like 'Server*'
        }
        systemDirectory = [System.Environment]::SystemDirectory
        windowsDirectory = Get-WindowsFolder
        restartPending = $reasons.Count -gt 0
        restartReasons = $reasons
    }
}
