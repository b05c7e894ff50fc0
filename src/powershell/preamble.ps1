# Stands in front of every script: reads the request, runs the script's body, writes the answer.
#
# Request: one line on standard input, base64 of UTF-8 JSON {"nonce":"<32 hex digits>","input":{...},"password":...,"source":...}.
# Where a person has the console there is no such line: the same text, without a password, is then in $DpmPrepPayload.
# Answer: one line <nonce>R<base64 of UTF-8 JSON>. with a full stop at its end; lines of a tool's output are <nonce>L<base64>.
# base64, because a console's code page turns other letters into something else on the way in as well as out.
#
# By hand: '{"lines":20}' | powershell -NoProfile -File ask-installation-log.ps1   (plain JSON in, plain JSON out)
#
# No value becomes script text, and none is handed to a cmdlet through the pipeline, so neither script block logging
# (event 4104) nor module logging (4103) sees any of our own making.

$DpmPrepPreamble = $true
$ProgressPreference = 'SilentlyContinue'
$DpmPrepNonce = ''

# Own JSON, because ConvertFrom-Json and ConvertTo-Json differ between versions (dates, depth, arrays of one). Commas and
# colons only part what stands between them.
function Read-JsonValue($Tokens) {
    $token = $Tokens.Dequeue()
    if ($token[0] -eq '"') { return [regex]::Unescape($token.Substring(1, $token.Length - 2)) }
    if ($token -eq '{') {
        $map = @{}
        while ($Tokens.Peek() -ne '}') {
            $name = Read-JsonValue $Tokens
            $map[$name] = Read-JsonValue $Tokens
        }
        $null = $Tokens.Dequeue()
        return $map
    }
    if ($token -eq '[') {
        $list = [System.Collections.ArrayList]::new()
        while ($Tokens.Peek() -ne ']') { $null = $list.Add((Read-JsonValue $Tokens)) }
        $null = $Tokens.Dequeue()
        return , $list.ToArray()
    }
    if ($token -eq 'null') { return }
    if ($token -eq 'true' -or $token -eq 'false') { return $token -eq 'true' }
    # A cast and a string are of no culture in PowerShell.
    [double]$token
}

function Read-Json([string]$Text) {
    $tokens = [System.Collections.Queue]::new()
    foreach ($match in [regex]::Matches($Text, '"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|[^\s\[\]{},:"]+')) { $tokens.Enqueue($match.Value) }
    Read-JsonValue $tokens
}

function Get-JsonString([string]$Text) {
    '"' + [regex]::Replace($Text, '[^ !#-\[\]-~]', { param($m) '\u{0:x4}' -f [int][char]$m.Value }) + '"'
}

# A time as JSON has it.
function Get-Utc([datetime]$Time) {
    $Time.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [cultureinfo]::InvariantCulture)
}

function Get-Json($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return $Value.ToString().ToLowerInvariant() }
    if ($Value -is [string]) { return Get-JsonString $Value }
    if ($Value -is [int] -or $Value -is [long] -or $Value -is [double]) { return "$Value" }
    if ($Value -is [System.Collections.IDictionary]) {
        return '{' + (@(foreach ($key in $Value.Keys) { (Get-JsonString $key) + ':' + (Get-Json $Value[$key]) }) -join ',') + '}'
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        return '[' + (@(foreach ($item in $Value) { Get-Json $item }) -join ',') + ']'
    }
    return Get-JsonString "$Value"
}

function Write-Marked([string]$Kind, [string]$Text) {
    if (-not $DpmPrepNonce) { [System.Console]::Out.WriteLine($Text); return }
    $base64 = [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text))
    # A tool may have left its own line without an end.
    [System.Console]::Out.Write("`n" + $DpmPrepNonce + $Kind + $base64 + ".`n")
}

function Write-ToolLine([string]$Text) {
    foreach ($line in ($Text -split '\r\n|\n|\r')) {
        Write-Marked 'L' $line.Substring(0, [math]::Min($line.Length, 4000))
    }
}

function Read-Request($Lines) {
    $text = [string]$DpmPrepPayload
    if (-not $text) { foreach ($line in $Lines) { $text = [string]$line; break } }
    $text = $text.Trim()
    if (-not $text) { return @{ input = @{} } }
    if ($text.StartsWith('{')) { return @{ input = Read-Json $text } }
    Read-Json ([System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($text)))
}

# What went wrong, in words that can be shown: what stands beside the error, the exception, and the ones inside. Each says
# something of its own (an id outside, the cause inside); what another one already quotes is left out. No cmdlets, because
# what went wrong may be that those cannot be loaded. An execution policy is named: what it says itself is translated.
function Get-ErrorText($ErrorRecord) {
    $texts = @("$($ErrorRecord.ErrorDetails)")
    for ($exception = $ErrorRecord.Exception; $exception; $exception = $exception.InnerException) {
        if ($exception -is [System.Management.Automation.PSSecurityException]) { $texts = @("PowerShell's execution policy does not let it run:") + $texts }
        # PowerShell's own wrapper only quotes: 'Exception calling "Open" with "1" argument(s)'.
        if (-not $exception.InnerException -or $exception -isnot [System.Management.Automation.ExtendedTypeSystemException]) { $texts += "$($exception.Message)" }
    }
    $kept = ''
    foreach ($text in $texts) {
        $text = $text.Trim()
        if ($text -and -not $kept.Contains($text)) { $kept = if ($text.Contains($kept)) { $text } else { "$kept $text" } }
    }
    if (-not $kept) { $kept = "$ErrorRecord" }
    $kept.Substring(0, [math]::Min($kept.Length, 2000))
}

# The code pages of this Windows: its console programs write in the first. Nothing where they cannot be read.
function Get-CodePages {
    try {
        $key = Open-MachineKey 'SYSTEM\CurrentControlSet\Control\Nls\CodePage'
        if ($key) { @{ oem = "$($key.GetValue('OEMCP'))"; ansi = "$($key.GetValue('ACP'))" } }
    } catch { $null = $_ }
}

# The 64-bit view of HKLM, also where the caller is a 32-bit process. Null where there is no such key.
function Open-MachineKey([string]$Path) {
    $hive = [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, [Microsoft.Win32.RegistryView]::Registry64)
    $hive.OpenSubKey($Path)
}

function Get-MachineValue([string]$Path, [string]$Name) {
    $key = Open-MachineKey $Path
    if ($key) { $key.GetValue($Name) }
}

# Runs the body with the request's input and writes what it returns. The answer is the last dictionary that the body
# returns; any other output is ignored.
function Invoke-Answer($Lines, [scriptblock]$Body) {
    # Here and not in front of the script: there it would be global, and a DPM module would stop at errors that it
    # is written to continue after.
    $ErrorActionPreference = 'Stop'
    $record = @{ ok = $false }
    try {
        $request = Read-Request $Lines
        $script:DpmPrepNonce = [string]$request.nonce
        $script:DpmPrepSource = [string]$request.source
        foreach ($item in @(& $Body $request.input $request.password)) {
            if ($item -is [System.Collections.IDictionary]) { $record = @{ ok = $true; answer = $item; codePages = Get-CodePages } }
        }
        if (-not $record.ok) { $record.error = 'The script gave no answer.' }
    } catch {
        $record = @{ ok = $false; error = Get-ErrorText $_ }
    }
    Write-Marked 'R' (Get-Json $record)
}
