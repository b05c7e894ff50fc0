# Shared by questions about Windows itself: folders, services, installed programs. Needs preamble.ps1 in front.

# From the registry: environment variables can be set by whoever starts us.
function Get-ProgramFiles {
    $folder = "$(Get-MachineValue 'SOFTWARE\Microsoft\Windows\CurrentVersion' 'ProgramFilesDir')"
    if ($folder) { $folder } else { [System.Environment]::GetFolderPath([System.Environment+SpecialFolder]::ProgramFiles) }
}

function Get-WindowsFolder {
    $folder = "$(Get-MachineValue 'SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'SystemRoot')"
    if ($folder) { $folder } else { [System.Environment]::GetFolderPath([System.Environment+SpecialFolder]::Windows) }
}

function Get-ServiceFacts([string]$Name) {
    $states = @{ Running = 'running'; Stopped = 'stopped'; StartPending = 'starting'; StopPending = 'stopping'; Paused = 'paused'; PausePending = 'paused'; ContinuePending = 'starting' }
    $modes = @{ 2 = 'automatic'; 3 = 'manual'; 4 = 'disabled' }
    $key = Open-MachineKey "SYSTEM\CurrentControlSet\Services\$Name"
    if (-not $key) { return [ordered]@{ name = $Name; displayName = $null; state = 'absent'; startMode = 'unknown' } }
    $state = 'unknown'
    $displayName = $null
    try {
        $service = Get-Service -Name $Name -ErrorAction Stop
        $displayName = [string]$service.DisplayName
        $known = $states["$($service.Status)"]
        if ($known) { $state = $known }
    } catch {
        # What Get-Service itself says of one service; anything else (it cannot be loaded) is not an answer about a service.
        if ("$($_.FullyQualifiedErrorId)" -notmatch '^NoServiceFoundForGivenName|\.GetServiceCommand$') { throw }
    }
    $mode = 'unknown'
    $start = $key.GetValue('Start')
    if ($null -ne $start -and $modes[[int]$start]) { $mode = $modes[[int]$start] }
    [ordered]@{ name = $Name; displayName = $displayName; state = $state; startMode = $mode }
}

# Entries of both Uninstall keys. Win32_Product is not asked: it makes Windows Installer repair what it lists.
function Get-InstalledPrograms {
    $views = [ordered]@{ '64-bit' = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'; '32-bit' = 'SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall' }
    foreach ($view in $views.Keys) {
        $root = Open-MachineKey $views[$view]
        if (-not $root) { continue }
        foreach ($name in $root.GetSubKeyNames()) {
            $key = $root.OpenSubKey($name)
            if (-not $key) { continue }
            $displayName = [string]$key.GetValue('DisplayName')
            if (-not $displayName) { continue }
            $version = $key.GetValue('DisplayVersion')
            if ($null -ne $version) { $version = [string]$version }
            [ordered]@{ displayName = $displayName; version = $version; key = $name; view = $view }
        }
    }
}
