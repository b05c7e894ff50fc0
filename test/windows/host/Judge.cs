using System.Management.Automation.Language;
using System.Text.Json;

namespace DpmPrep.TestHost;

/// <summary>Judges scripts with PowerShell's own parser: do they parse, and do they use what Windows PowerShell 5.1 lacks?</summary>
internal static class Judge
{
    /// <summary>Cmdlets and functions that a script may call: everything else is a finding. Own functions are added per file.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "Get-Command", "Import-Module", "Get-Module", "Where-Object", "Out-String", "Out-Default", "Get-Service", "Add-Type",
        // Module DataProtectionManager.
        "Get-DPMProductionServer", "Get-DPMDatasource", "Update-DPMProductionServer", "Connect-DPMServer", "Disconnect-DPMServer",
    };

    /// <summary>Parameters that 5.1 has not, wherever they stand.</summary>
    private static readonly HashSet<string> NewParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "AsHashtable", "Parallel", "EscapeHandling", "NoEnumerate", "SkipCertificateCheck", "AsByteStream", "LeafBase", "ThrottleLimit",
        "ErrorView", "ProgressAction", "UseWindowsPowerShell", "SkipEditionCheck",
    };

    private static readonly HashSet<string> NewOperators = new(StringComparer.OrdinalIgnoreCase)
    {
        "QuestionQuestion", "QuestionQuestionEquals", "QuestionMark", "QuestionDot", "QuestionLBracket", "AndAnd", "OrOr",
    };

    public static int Files(string[] paths)
    {
        // Functions may come from a file that is put in front (the preamble): all given files count.
        var asts = paths.Select(path => (path, ast: Parser.ParseFile(path, out Token[] tokens, out ParseError[] errors), tokens, errors)).ToArray();
        var functions = new HashSet<string>(Known, StringComparer.OrdinalIgnoreCase);
        foreach (var (_, ast, _, _) in asts)
            foreach (FunctionDefinitionAst function in ast.FindAll(node => node is FunctionDefinitionAst, true).Cast<FunctionDefinitionAst>())
                functions.Add(function.Name);
        var findings = new List<object>();
        foreach (var (path, ast, tokens, errors) in asts)
        {
            void Add(IScriptExtent extent, string what) =>
                findings.Add(new { file = Path.GetFileName(path), line = extent.StartLineNumber, what });
            foreach (ParseError error in errors) Add(error.Extent, "does not parse: " + error.Message);
            foreach (Token token in tokens)
            {
                if (NewOperators.Contains(token.Kind.ToString())) Add(token.Extent, $"operator {token.Text} is newer than 5.1");
                if (token.Kind is TokenKind.HereStringLiteral or TokenKind.HereStringExpandable) Add(token.Extent, "a here-string would be changed by the shortening");
                if (token is StringToken text && text.Extent.StartLineNumber != text.Extent.EndLineNumber) Add(token.Extent, "a string over two lines would be changed by the shortening");
                if (token.Text.Any(c => c > 126)) Add(token.Extent, "not ASCII: a curly quote would be a quote");
            }
            foreach (Ast node in ast.FindAll(_ => true, true)) Inspect(node, functions, Add);
        }
        Console.Out.WriteLine(JsonSerializer.Serialize(findings));
        return 0;
    }

    private static void Inspect(Ast node, HashSet<string> functions, Action<IScriptExtent, string> add)
    {
        switch (node)
        {
            case TernaryExpressionAst:
                add(node.Extent, "the ternary operator is newer than 5.1");
                break;
            case PipelineChainAst:
                add(node.Extent, "&& and || are newer than 5.1");
                break;
            case PipelineAst { Background: true }:
                add(node.Extent, "the background operator is newer than 5.1");
                break;
            case MemberExpressionAst { NullConditional: true }:
                add(node.Extent, "?. is newer than 5.1");
                break;
            case IndexExpressionAst { NullConditional: true }:
                add(node.Extent, "?[] is newer than 5.1");
                break;
            case BlockStatementAst { Kind.Kind: TokenKind.Clean }:
                add(node.Extent, "a clean block is newer than 5.1");
                break;
            case NamedBlockAst { BlockKind: TokenKind.Clean }:
                add(node.Extent, "a clean block is newer than 5.1");
                break;
            case TypeDefinitionAst:
            case UsingStatementAst:
                add(node.Extent, "class, enum and using do not stand in a script block that is put together");
                break;
            case CommandParameterAst parameter when NewParameters.Contains(parameter.ParameterName):
                add(node.Extent, $"-{parameter.ParameterName} is newer than 5.1");
                break;
            case CommandAst command when command.InvocationOperator == TokenKind.Unknown:
                string? name = command.GetCommandName();
                if (name is not null && !functions.Contains(name)) add(node.Extent, $"{name} is not on the list of commands that 5.1 surely has");
                break;
            case InvokeMemberExpressionAst { Expression: TypeExpressionAst type } call
                when type.TypeName.Name.EndsWith("ScriptBlock", StringComparison.OrdinalIgnoreCase) && call.Member.ToString() == "Create":
                add(node.Extent, "text must not become script");
                break;
            case InvokeMemberExpressionAst call when call.Member.ToString() is "InvokeScript" or "NewScriptBlock" or "ExpandString":
                add(node.Extent, "text must not become script");
                break;
        }
    }

    /// <summary>The tokens that count, a list for every file: two texts with the same ones are the same script.</summary>
    public static int Tokens(string[] paths)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(paths.Select(Counted)));
        return 0;
    }

    private static List<string> Counted(string path)
    {
        Parser.ParseFile(path, out Token[] tokens, out _);
        var counted = new List<string>();
        foreach (Token token in tokens)
        {
            if (token.Kind is TokenKind.Comment or TokenKind.EndOfInput) continue;
            string text = token.Kind == TokenKind.NewLine ? "\n" : token.Text;
            if (text != "\n" || (counted.Count > 0 && counted[^1] != "\n")) counted.Add(text);
        }
        if (counted.Count > 0 && counted[^1] == "\n") counted.RemoveAt(counted.Count - 1);
        return counted;
    }
}
