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
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$DpmPrepNonce = ''

function Get-Base64Text([string]$Base64) {
    [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($Base64))
}

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
    [double]::Parse($token, [System.Globalization.CultureInfo]::InvariantCulture)
}

function Read-Json([string]$Text) {
    $tokens = [System.Collections.Queue]::new()
    foreach ($match in [regex]::Matches($Text, '"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|[^\s\[\]{},:"]+')) { $tokens.Enqueue($match.Value) }
    Read-JsonValue $tokens
}

function Get-JsonString([string]$Text) {
    '"' + [regex]::Replace($Text, '[^ !#-\[\]-~]', { param($m) '\u{0:x4}' -f [int][char]$m.Value }) + '"'
}

function Get-Json($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return $Value.ToString().ToLowerInvariant() }
    if ($Value -is [string] -or $Value -is [char]) { return Get-JsonString $Value }
    if ($Value -is [int] -or $Value -is [long] -or $Value -is [uint32] -or $Value -is [double]) {
        return $Value.ToString([System.Globalization.CultureInfo]::InvariantCulture)
    }
    if ($Value -is [datetime]) {
        return Get-JsonString $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [System.Globalization.CultureInfo]::InvariantCulture)
    }
    if ($Value -is [System.Collections.IDictionary]) {
        $members = foreach ($key in $Value.Keys) { (Get-JsonString $key) + ':' + (Get-Json $Value[$key]) }
        return '{' + (@($members) -join ',') + '}'
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        $items = foreach ($item in $Value) { Get-Json $item }
        return '[' + (@($items) -join ',') + ']'
    }
    return Get-JsonString "$Value"
}

function Write-Marked([string]$Kind, [string]$Text) {
    if (-not $DpmPrepNonce) { [System.Console]::Out.WriteLine($Text); return }
    $base64 = [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text))
    [System.Console]::Out.WriteLine($DpmPrepNonce + $Kind + $base64 + '.')
}

function Write-ToolLine([string]$Text) {
    foreach ($line in ($Text -split '\r\n|\n|\r')) {
        if ($line.Length -gt 4000) { $line = $line.Substring(0, 4000) }
        Write-Marked 'L' $line
    }
}

function Read-Request($Lines) {
    $text = [string]$DpmPrepPayload
    if (-not $text) { foreach ($line in $Lines) { $text = [string]$line; break } }
    if (-not $text -and [System.Console]::IsInputRedirected) { $text = [string][System.Console]::In.ReadLine() }
    $text = $text.Trim()
    if (-not $text) { return @{ input = @{} } }
    if ($text.StartsWith('{')) { return @{ input = Read-Json $text } }
    Read-Json (Get-Base64Text $text)
}

# What went wrong, in words that can be shown: the innermost exception says most.
function Get-ErrorText($ErrorRecord) {
    $exception = $ErrorRecord.Exception
    while ($exception.InnerException) { $exception = $exception.InnerException }
    $text = if ($exception.Message) { $exception.Message } else { "$ErrorRecord" }
    if ($text.Length -gt 2000) { $text = $text.Substring(0, 2000) }
    $text
}

function Get-CodePages {
    $pages = @{ oem = $null; ansi = $null }
    try {
        $key = Open-MachineKey 'SYSTEM\CurrentControlSet\Control\Nls\CodePage'
        if ($key) { $pages.oem = [string]$key.GetValue('OEMCP'); $pages.ansi = [string]$key.GetValue('ACP') }
    } catch { $pages.error = Get-ErrorText $_ }
    $pages
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
# returns; whatever else it lets fall is none.
function Invoke-Answer($Lines, [scriptblock]$Body) {
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
    [System.Console]::Out.WriteLine()
    Write-Marked 'R' (Get-Json $record)
}
