@{ ModuleVersion = '1.0'; RootModule = 'OnlyWindows.psm1'; FunctionsToExport = 'Get-Service'; CmdletsToExport = @(); AliasesToExport = @() }
