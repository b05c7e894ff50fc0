# Act "protect-folder": makes a folder readable only by the user who runs this and by administrators. Nothing is
# inherited from above; what is in it inherits this. The folder is made if it is not there. Input: {"path"}.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

Invoke-Answer $input {
    param($request)
    $folder = [System.IO.Directory]::CreateDirectory([string]$request.path)
    if (($folder.Attributes -band [System.IO.FileAttributes]::ReparsePoint) -ne 0) { throw "$($folder.FullName) is a link to another place." }
    $user = [System.Security.Principal.WindowsIdentity]::GetCurrent().User
    $administrators = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-544')
    $security = [System.Security.AccessControl.DirectorySecurity]::new()
    $security.SetAccessRuleProtection($true, $false)
    foreach ($sid in $user, $administrators) {
        $rule = [System.Security.AccessControl.FileSystemAccessRule]::new(
            $sid,
            [System.Security.AccessControl.FileSystemRights]::FullControl,
            [System.Security.AccessControl.InheritanceFlags]'ContainerInherit, ObjectInherit',
            [System.Security.AccessControl.PropagationFlags]::None,
            [System.Security.AccessControl.AccessControlType]::Allow)
        $security.AddAccessRule($rule)
    }
    # Its maker may change the access again; a folder that another user made must not stay theirs.
    $security.SetOwner($user)
    # A method of the folder in .NET Framework, an extension elsewhere.
    $sections = [System.Security.AccessControl.AccessControlSections]'Access, Owner'
    if ($folder.PSObject.Methods['SetAccessControl']) {
        $folder.SetAccessControl($security)
        $now = $folder.GetAccessControl($sections)
    } else {
        [System.IO.FileSystemAclExtensions]::SetAccessControl($folder, $security)
        $now = [System.IO.FileSystemAclExtensions]::GetAccessControl($folder, $sections)
    }
    $type = [System.Security.Principal.SecurityIdentifier]
    @{
        owner = $now.GetOwner($type).Value
        inherits = -not $now.AreAccessRulesProtected
        readers = @(foreach ($rule in $now.GetAccessRules($true, $true, $type)) { if ($rule.AccessControlType -eq 'Allow') { $rule.IdentityReference.Value } })
        user = $user.Value
    }
}
