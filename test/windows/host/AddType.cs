using System.Management.Automation;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DpmPrep.TestHost;

/// <summary>Add-Type -TypeDefinition: compiles C# 5, what Windows PowerShell 5.1 takes; newer C# is an error.</summary>
[Cmdlet("Add", "Type")]
public sealed class AddType : PSCmdlet
{
    [Parameter(Mandatory = true)] public string TypeDefinition { get; set; } = "";
    [Parameter] public string Language { get; set; } = "CSharp";

    protected override void ProcessRecord()
    {
        if (Environment.GetEnvironmentVariable("TESTHOST_NO_ADD_TYPE") is not null)
            throw new PSNotSupportedException("Cannot add type. Definition of new types is not supported in this language mode.");
        var tree = CSharpSyntaxTree.ParseText(TypeDefinition, new CSharpParseOptions(LanguageVersion.CSharp5));
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create("AddType" + Guid.NewGuid().ToString("N"), [tree],
            trusted.Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var bytes = new MemoryStream();
        var made = compilation.Emit(bytes);
        if (!made.Success)
            throw new InvalidOperationException(string.Join("\n", made.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error)));
        Assembly.Load(bytes.ToArray());
    }
}
