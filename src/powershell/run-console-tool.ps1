# Runs a tool on the console of this process and types the password when the tool asks: console-tool.cs does it.
# In: lines of base64 (UTF-8) on standard input, in the order read here; the first is console-tool.cs itself.
# Out: lines "dpm-prep:NAME:VALUE", VALUE in base64 (UTF-8 where it is text).
# Nothing of what comes in becomes script text. Only .NET types that Windows PowerShell 5.1 and 7 both have.
$ErrorActionPreference = 'Stop'
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
    'dpm-prep:constrained:'
    exit 0
}
$utf8 = [System.Text.UTF8Encoding]::new($false)
# PowerShell reads standard input itself and hands its lines on as $input; whoever else reads it gets what is left.
$lines = [System.Collections.Queue]::new()
foreach ($line in $input) { $lines.Enqueue([string] $line) }
function Read-Text { $utf8.GetString([System.Convert]::FromBase64String($lines.Dequeue())) }
function Write-Bytes([string] $Name, [byte[]] $Value) {
    [System.Console]::Out.WriteLine('dpm-prep:' + $Name + ':' + [System.Convert]::ToBase64String($Value))
}
function Write-Text([string] $Name, [string] $Value) { Write-Bytes $Name ($utf8.GetBytes($Value)) }

$source = Read-Text
try {
    Add-Type -TypeDefinition $source -Language CSharp
} catch {
    Write-Text 'no-add-type' $_.Exception.Message
    exit 0
}
$request = [DpmPrep.ConsoleToolRequest]::new()
$request.Path = Read-Text
$request.Folder = Read-Text
$request.MaxAnswers = [int] (Read-Text)
$request.SilenceMs = [int] (Read-Text)
$request.QuietMs = [int] (Read-Text)
$request.QuietEchoMs = [int] (Read-Text)
$request.Password = Read-Text
$count = [int] (Read-Text)
$words = [System.Collections.Generic.List[string]]::new()
for ($at = 0; $at -lt $count; $at++) { $words.Add((Read-Text)) }
$request.Arguments = $words.ToArray()

$result = [DpmPrep.ConsoleTool]::Run($request)
Write-Text 'ending' $result.Ending
Write-Text 'exit-code' "$($result.ExitCode)"
Write-Text 'answers' "$($result.Answers)"
Write-Text 'asked-choice' "$($result.AskedChoice)"
Write-Text 'code-page' "$($result.OutputCodePage)"
Write-Text 'error' $result.Error
Write-Text 'screen' ($result.Screen -join "`n")
Write-Bytes 'output' $result.Output
[System.Console]::Out.WriteLine('dpm-prep:end:')
