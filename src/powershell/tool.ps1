# Shared by what runs one of Microsoft's scripts or cmdlets, or looks at its parameters. Needs preamble.ps1 and running.ps1 in front.

# A script by its full path (no wildcard in it counts), or null. Nothing is run.
function Get-ScriptCommand([string]$Path) {
    if (-not [System.IO.File]::Exists($Path)) { return }
    $escaped = [System.Management.Automation.WildcardPattern]::Escape($Path)
    foreach ($name in $Path, $escaped) {
        foreach ($command in @(Get-Command -Name $name -CommandType ExternalScript -ErrorAction SilentlyContinue)) {
            if ($command -and $command.Path -eq $Path) { return $command }
        }
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
        [ordered]@{ name = $parameter.Name; type = [string]$parameter.ParameterType.FullName; mandatory = $mandatory; position = $position }
    }
}

# One record of a tool's output, whichever stream it came from, as a line; errors are also collected.
function Write-ToolRecord($Record, $Errors) {
    if ($null -eq $Record) { return }
    if ($Record -is [System.Management.Automation.ErrorRecord]) {
        $text = Get-ErrorText $Record
        if ($null -ne $Errors -and $Errors.Count -lt 20) { $null = $Errors.Add($text) }
        Write-ToolLine $text
    } elseif ($Record -is [System.Management.Automation.WarningRecord]) {
        Write-ToolLine ('WARNING: ' + $Record.Message)
    } elseif ($Record -is [System.Management.Automation.InformationRecord]) {
        Write-ToolLine ([string]$Record.MessageData)
    } elseif ($Record -is [System.Management.Automation.VerboseRecord] -or $Record -is [System.Management.Automation.DebugRecord]) {
        Write-ToolLine $Record.Message
    } elseif ($Record -is [string] -or $Record -is [System.ValueType]) {
        Write-ToolLine ([string]$Record)
    } else {
        $values = @(foreach ($property in $Record.PSObject.Properties) { try { $property.Name + '=' + $property.Value } catch { $property.Name } })
        if ($values.Count -gt 12) { $values = $values[0..11] }
        Write-ToolLine (@($values) -join '  ')
    }
}

# The parameters as a hashtable for splatting; the password goes in as the parameter wants it.
function Get-Splat($Request, [string]$Password) {
    $splat = @{}
    foreach ($pair in $Request.parameters) { $splat[[string]$pair[0]] = $pair[1] }
    if ($Request.passwordParameter) {
        $value = $Password
        if ($Request.passwordParameter.secure) {
            $secure = [System.Security.SecureString]::new()
            foreach ($character in $Password.ToCharArray()) { $secure.AppendChar($character) }
            $value = $secure
        }
        $splat[[string]$Request.passwordParameter.name] = $value
    }
    $splat
}

# Runs it with nobody there: every stream is collected, a prompt ends it (-NonInteractive), no confirmation is asked.
function Invoke-Tool($Command, $Splat) {
    $dpmPrepErrors = [System.Collections.ArrayList]::new()
    $dpmPrepThrew = $false
    $dpmPrepFine = $false
    $ErrorActionPreference = 'Continue'
    # A function of a module sees the global one, not ours.
    $global:ConfirmPreference = 'None'
    $global:LASTEXITCODE = $null
    try {
        # A break or continue outside of any loop in the script would otherwise leave ours.
        foreach ($once in 1) {
            & $Command @Splat *>&1 | & { process { Write-ToolRecord $_ $dpmPrepErrors } }
            $dpmPrepFine = $?
        }
    } catch {
        $dpmPrepThrew = $true
        Write-ToolRecord $_ $dpmPrepErrors
    }
    $code = $global:LASTEXITCODE
    # Left behind by a program that the script called, not by the script's own exit.
    if ($dpmPrepFine -and $dpmPrepErrors.Count -eq 0) { $code = $null }
    @{ exitCode = $code; errors = $dpmPrepErrors.ToArray(); threw = $dpmPrepThrew }
}

# Runs it on the person's console, streams untouched, and ends PowerShell with the tool's exit code (1 for an error).
function Invoke-ToolOnConsole($Command, $Splat) {
    $global:Error.Clear()
    $global:LASTEXITCODE = $null
    $ErrorActionPreference = 'Continue'
    $dpmPrepThrew = $false
    try { foreach ($once in 1) { & $Command @Splat } } catch { $dpmPrepThrew = $true; [System.Console]::Error.WriteLine((Get-ErrorText $_)) }
    if ($global:LASTEXITCODE) { exit $global:LASTEXITCODE }
    if ($dpmPrepThrew -or $global:Error.Count -gt 0) { exit 1 }
    exit 0
}
