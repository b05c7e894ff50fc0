@{
    ModuleVersion = '1.0'
    CompatiblePSEditions = 'Core', 'Desktop'
    PowerShellVersion = '5.1'
    RootModule = 'WineNames.psm1'
    AliasesToExport = 'PowerShell', 'chcp.com'
    FunctionsToExport = @()
    CmdletsToExport = @()
    VariablesToExport = @()
}
