# Makes the role's folder, or checks the one that is there: only administrators, SYSTEM and the user of this session may
# use it. dpm-prep.exe runs from it as administrator, so what others can write there is never used.
param([Parameter(Mandatory = $true)][string]$Path)
$ErrorActionPreference = 'Stop'
$sid = [System.Security.Principal.SecurityIdentifier]
$user = [System.Security.Principal.WindowsIdentity]::GetCurrent().User
$trusted = @($user.Value, 'S-1-5-32-544', 'S-1-5-18')

$wanted = [System.Security.AccessControl.DirectorySecurity]::new()
$wanted.SetAccessRuleProtection($true, $false)
$wanted.SetOwner($sid::new('S-1-5-32-544'))
foreach ($each in $trusted) {
    $wanted.AddAccessRule([System.Security.AccessControl.FileSystemAccessRule]::new(
        $sid::new($each), 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow'))
}

$folder = [System.IO.DirectoryInfo]::new($Path)
if (-not $folder.Exists) {
    # With its access list from the first moment on. A constructor of .NET Framework, an extension elsewhere.
    if ([System.IO.Directory].GetMethod('CreateDirectory', [type[]]@([string], [System.Security.AccessControl.DirectorySecurity]))) {
        $null = [System.IO.Directory]::CreateDirectory($Path, $wanted)
    } else {
        $null = [System.IO.FileSystemAclExtensions]::CreateDirectory($wanted, $Path)
    }
    $folder.Refresh()
}
if (($folder.Attributes -band [System.IO.FileAttributes]::ReparsePoint) -ne 0) { throw "$Path is a link to another place." }
$now = Get-Acl -LiteralPath $folder.FullName
$others = @(
    $now.GetOwner($sid).Value
    foreach ($rule in $now.GetAccessRules($true, $true, $sid)) { if ($rule.AccessControlType -eq 'Allow') { $rule.IdentityReference.Value } }
) | Where-Object { $_ -notin $trusted } | Select-Object -Unique
if ($others) {
    throw "$Path can be used by $($others -join ', '). Delete it, or set dpm_prep_folder to a folder that does not exist yet."
}
if ($Ansible) { $Ansible.Changed = $false }
