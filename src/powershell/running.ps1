# What a PowerShell that runs one of Microsoft's scripts or cmdlets, or our own act, shows to others: its command line
# says nothing, so it holds a mutex with a hash of the name and its process id in it. Needs preamble.ps1 in front.

function Get-RunName([string]$Name, [int]$ProcessId) {
    $hash = [System.Security.Cryptography.SHA256]::Create().ComputeHash([System.Text.Encoding]::UTF8.GetBytes($Name.ToLowerInvariant()))
    'Global\dpm-prep-' + [guid]::new([byte[]]$hash[0..15]).ToString('N') + '-' + $ProcessId
}

# Held until it is disposed or the process has ended. Null where the system gives none.
function Enter-Run([string]$Name) {
    try { [System.Threading.Mutex]::new($true, (Get-RunName $Name $PID)) } catch { $null }
}
