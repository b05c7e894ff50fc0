# Tells which .NET types and members scripts use. Paths come as lines of standard input; a JSON array comes out.
$found = foreach ($path in $input) {
    $tokens = $null
    $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref]$tokens, [ref]$errors)
    foreach ($node in $ast.FindAll({ $true }, $true)) {
        $type = $null
        $member = $null
        if ($node -is [System.Management.Automation.Language.MemberExpressionAst]) {
            if ($node.Member -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) { continue }
            $isCall = $node -is [System.Management.Automation.Language.InvokeMemberExpressionAst]
            # A property of an object may as well be a key of a table.
            if (-not $node.Static -and -not $isCall) { continue }
            if ($node.Static) {
                if ($node.Expression -isnot [System.Management.Automation.Language.TypeExpressionAst]) { continue }
                $type = $node.Expression.TypeName
            }
            $member = $node.Member.Value
        } elseif ($node -is [System.Management.Automation.Language.TypeExpressionAst] -or $node -is [System.Management.Automation.Language.TypeConstraintAst]) {
            $type = $node.TypeName
        } else { continue }
        while ($type -is [System.Management.Automation.Language.ArrayTypeName]) { $type = $type.ElementType }
        if ($type -is [System.Management.Automation.Language.GenericTypeName]) { $type = $type.TypeName }
        $name = $null
        if ($type) {
            $real = $type.GetReflectionType()
            $name = if ($real) { $real.FullName } else { $type.FullName }
        }
        [pscustomobject]@{ file = [System.IO.Path]::GetFileName($path); line = $node.Extent.StartLineNumber; type = $name; member = $member }
    }
}
ConvertTo-Json @($found) -Compress
