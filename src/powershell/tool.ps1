# Shared by what runs one of Microsoft's scripts or cmdlets, or looks at its parameters. Needs preamble.ps1 and running.ps1 in front.

# A script by its full path (no wildcard in it counts), or null. Nothing is run.
function Get-ScriptCommand([string]$Path) {
    if (-not [System.IO.File]::Exists($Path)) { return }
    foreach ($name in $Path, [WildcardPattern]::Escape($Path)) {
        foreach ($command in @(Get-Command -Name $name -CommandType ExternalScript -ErrorAction SilentlyContinue)) {
            if ($command -and $command.Path -eq $Path) { return $command }
        }
    }
}

# Why PowerShell will not run a script, or nothing. Without it such a script looks as if it had no parameters.
function Get-ScriptProblem($Command) {
    try { $null = $Command.get_ScriptBlock() } catch {
        for ($exception = $_.Exception; $exception; $exception = $exception.InnerException) {
            if ($exception -is [System.Management.Automation.ParseException]) { return "PowerShell cannot parse it: line $($exception.Errors[0].Extent.StartLineNumber): $($exception.Errors[0].Message)" }
        }
        Get-ErrorText $_
    }
}

function Get-Shape($Command) {
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    if (-not $Command.Parameters) { return }
    foreach ($parameter in $Command.Parameters.Values) {
        if ($common -contains $parameter.Name) { continue }
        $mandatory = $false
        $position = $null
        foreach ($attribute in $parameter.Attributes) {
            if ($attribute -isnot [System.Management.Automation.ParameterAttribute]) { continue }
            if ($attribute.Mandatory) { $mandatory = $true }
            if ($attribute.Position -ge 0) { $position = [int]$attribute.Position }
        }
        [ordered]@{ name = $parameter.Name; type = [string]$parameter.ParameterType.FullName; aliases = @($parameter.Aliases); mandatory = $mandatory; position = $position }
    }
}

# An error that the run reported. A program's notes on standard error are not: its exit code says how it went.
function Test-Reported($Record) {
    $Record -is [System.Management.Automation.ErrorRecord] -and "$($Record.FullyQualifiedErrorId)" -notlike 'NativeCommandError*'
}

$DppFormat = [System.Collections.ArrayList]::new()

function Write-Formatted {
    $parts = $DppFormat.ToArray()
    $DppFormat.Clear()
    foreach ($line in @($parts | Out-String -Stream -Width 200)) { if ("$line".Trim()) { Write-ToolLine "$line".TrimEnd() } }
}

# One record of a tool's output, whichever stream it came from, as a line; errors are also collected.
function Write-ToolRecord($Record, $Errors) {
    if ($null -eq $Record) { return }
    $type = $Record.GetType()
    $text = switch ($type.Name) {
        'ErrorRecord' { Get-ErrorText $Record }
        'WarningRecord' { 'WARNING: ' + $Record.Message }
        'InformationRecord' { "$($Record.MessageData)" }
        default { if ($_ -match '^(?:Verbose|Debug)Record$') { $Record.Message } }
    }
    if ($null -ne $text) {
        if ($null -ne $Errors -and $Errors.Count -lt 20 -and (Test-Reported $Record) -and -not $Errors.Contains($text)) { $null = $Errors.Add($text) }
        Write-ToolLine $text
    } elseif ($type.Namespace -like '*.Internal.Format') {
        # What Format-Table and its like hand on: a list that only makes text together.
        $null = $DppFormat.Add($Record)
        if ($type.Name -eq 'FormatEndData') { Write-Formatted }
    } elseif ($Record -is [string] -or $Record -is [System.ValueType]) {
        Write-ToolLine "$Record"
    } else {
        # A property may throw when it is read.
        Write-ToolLine (@(foreach ($property in $Record.PSObject.Properties) { try { $property.Name + '=' + $property.Value } catch { $property.Name } })[0..11] -join '  ')
    }
}

# The parameters as a hashtable for splatting; the password goes in as the parameter wants it.
function Get-Splat($Request, [string]$DppSecret) {
    $splat = @{}
    foreach ($pair in $Request.parameters) { $splat[[string]$pair[0]] = $pair[1] }
    if ($Request.passwordParameter) {
        $value = $DppSecret
        if ($Request.passwordParameter.secure) {
            $value = [System.Security.SecureString]::new()
            foreach ($character in $DppSecret.ToCharArray()) { $value.AppendChar($character) }
        }
        $splat[[string]$Request.passwordParameter.name] = $value
    }
    $splat
}

# Runs the command in a pipeline of its own. Inside our try block its first error would end it; in a window
# it continues with its next line. Throws what it throws. The names of our variables begin with dpp: the script sees them.
function Invoke-AsInWindow($Command, $Splat, [scriptblock]$Sink) {
    # A break or continue outside of any loop in the script would otherwise leave ours.
    $text = 'param($dppCommand, $dppSplat, $dppSink) foreach ($dppOnce in 1) { & $dppCommand @dppSplat *>&1 | & $dppSink; $? }'
    $dppShell = [powershell]::Create('CurrentRunspace')
    try { $fine = $dppShell.AddScript($text).AddArgument($Command).AddArgument($Splat).AddArgument($Sink).Invoke() } catch { throw $_.Exception.InnerException }
    # Errors of the call itself: a parameter that it does not take, a module that it requires.
    $dppShell.Streams.Error | & $Sink
    $fine
}

# Runs it with nobody there: every stream is collected, a prompt ends it (-NonInteractive), no confirmation is asked.
function Invoke-Tool($Command, $Splat) {
    $dppRun = @{ exitCode = $null; errors = [System.Collections.ArrayList]::new(); threw = $false }
    $ErrorActionPreference = 'Continue'
    # A function of a module sees the global one, not ours.
    $global:ConfirmPreference = 'None'
    $global:LASTEXITCODE = $null
    $fine = $false
    try { $fine = @(Invoke-AsInWindow $Command $Splat { process { Write-ToolRecord $_ $dppRun.errors } })[-1] } catch {
        $dppRun.threw = $true
        Write-ToolRecord $_ $dppRun.errors
    }
    if ($DppFormat.Count) { Write-Formatted }
    # Else it was left behind by a program that the script called, not by the script's own exit.
    if (-not $fine -or $dppRun.errors.Count) { $dppRun.exitCode = $global:LASTEXITCODE }
    $dppRun
}

# Runs it on the person's console and ends PowerShell with the tool's exit code (1 for an error). What counts is what the
# run reported: errors that the script handled itself are its own affair.
function Invoke-ToolOnConsole($Command, $Splat) {
    $dppRun = @{ errors = 0 }
    $ErrorActionPreference = 'Continue'
    $global:LASTEXITCODE = $null
    $fine = $false
    try { $fine = @(Invoke-AsInWindow $Command $Splat { process { if (Test-Reported $_) { $dppRun.errors += 1 }; $_ | Out-Default } })[-1] } catch {
        $dppRun.errors += 1
        [System.Console]::Error.WriteLine((Get-ErrorText $_))
    }
    if ($global:LASTEXITCODE -and ($dppRun.errors -or -not $fine)) { exit $global:LASTEXITCODE }
    # No "exit" where it went well: the script may have set an exit code by $Host.SetShouldExit.
    if ($dppRun.errors) { exit 1 }
}
