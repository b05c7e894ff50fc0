# Question "local-users": local accounts and when their password was set. Changes nothing.
# Input: { names }: the accounts that are asked about, or nothing for all of them.
# From the WinNT provider of ADSI, which needs neither CIM nor a module. It gives the age of a password in seconds.

if (-not $DpmPrepPreamble) { . "$PSScriptRoot\preamble.ps1" }

# A local account and one of the domain may have the same name; their SIDs differ. The name where there is no SID.
function Get-AccountKey($Entry) {
    $sid = $Entry.PSBase.InvokeGet('objectSid')
    if ($sid) { [System.BitConverter]::ToString([byte[]]$sid) } else { [string]$Entry.PSBase.Name }
}

function Get-AdministratorKeys {
    # The group's name is translated on other-language systems; its SID is not.
    $group = 'Administrators'
    try {
        $sid = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-544')
        $group = $sid.Translate([System.Security.Principal.NTAccount]).Value.Split('\')[-1]
    } catch { $null = $_ }
    $entry = [System.DirectoryServices.DirectoryEntry]::new("WinNT://./$group,group")
    foreach ($member in $entry.PSBase.Invoke('Members')) {
        Get-AccountKey ([System.DirectoryServices.DirectoryEntry]$member)
    }
}

# 2221 (NERR_UserNotFound) and 1332 (ERROR_NONE_MAPPED) as HRESULTs, and ADSI's own "unknown object".
$notFound = @(-2147022675, -2147023564, -2147463164)

# One account by its name, $null where Windows says that it does not exist. Throws where it cannot be asked by name.
function Find-Account($Computer, [string]$Name) {
    # Characters that no account name has: in the path of an object they would mean something else.
    if ($Name -match '["/\\\[\]:;|=,+*?<>]') { throw "not an account name: $Name" }
    try {
        $Computer.PSBase.Children.Find($Name, 'User')
    } catch {
        # The text is translated; the code is not.
        $cause = $_.Exception
        while ($cause.InnerException) { $cause = $cause.InnerException }
        if ($notFound -notcontains $cause.HResult) { throw }
    }
}

# A domain controller lists every account of its domain, so accounts that are asked about are found by name first.
function Get-Accounts($Computer, $Names) {
    if ($null -ne $Names) {
        try {
            $found = @(foreach ($name in $Names) { Find-Account $Computer $name })
            return $found
        } catch { $null = $_ }
    }
    foreach ($entry in $Computer.PSBase.Children) {
        if ($entry.PSBase.SchemaClassName -ne 'User') { continue }
        if ($null -eq $Names -or $Names -contains [string]$entry.PSBase.Name) { $entry }
    }
}

Invoke-Answer $input {
    param($request)
    $administrators = $null
    try { $administrators = @(Get-AdministratorKeys) } catch { $null = $_ }
    $now = [datetime]::UtcNow
    $computer = [System.DirectoryServices.DirectoryEntry]::new('WinNT://.,computer')
    @{
        users = @(
            foreach ($entry in @(Get-Accounts $computer $request.names)) {
                $flags = [int]$entry.PSBase.InvokeGet('UserFlags')
                $set = $null
                $age = $null
                try {
                    $age = $entry.PSBase.InvokeGet('PasswordAge')
                    if ($null -ne $age) { $set = Get-Utc $now.AddSeconds(-[double]$age) }
                } catch { $null = $_ }
                # The policy of the computer: the longest age of a password, in seconds; -1 or nothing: for ever.
                $expires = $null
                if (($flags -band 0x10000) -eq 0 -and $null -ne $age) {
                    try {
                        $longest = $entry.PSBase.InvokeGet('MaxPasswordAge')
                        if ($null -ne $longest -and [double]$longest -gt 0) {
                            $expires = Get-Utc $now.AddSeconds([double]$longest - [double]$age)
                        }
                    } catch { $null = $_ }
                }
                $administrator = $null
                if ($null -ne $administrators) { $administrator = $administrators -contains (Get-AccountKey $entry) }
                [ordered]@{
                    name = [string]$entry.PSBase.Name
                    enabled = ($flags -band 2) -eq 0
                    passwordLastSet = $set
                    passwordExpires = ($flags -band 0x10000) -eq 0
                    passwordExpiresAt = $expires
                    locked = ($flags -band 0x10) -ne 0
                    administrator = $administrator
                }
            }
        )
    }
}
