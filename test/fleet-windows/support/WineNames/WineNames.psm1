# .NET 10 does not find a program by its name under Wine 8. Ansible starts these two by name.
Set-Alias -Name PowerShell -Value "$PSHOME\powershell.exe"
Set-Alias -Name chcp.com -Value "$env:SystemRoot\system32\chcp.com"
