using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DpmPrep.TestHost;

/// <summary>Writes like the console host; asked for input it does what powershell.exe does: with -NonInteractive it throws.</summary>
internal sealed class ConsoleLikeHost(bool nonInteractive) : PSHost
{
    public int? ExitCode { get; private set; }
    public override string Name => "ConsoleHost";
    public override Version Version { get; } = new(5, 1, 0, 0);
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;
    public override PSHostUserInterface UI { get; } = new ConsoleLikeUi(nonInteractive);
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
    public override void EnterNestedPrompt() => throw new PSNotSupportedException();
    public override void ExitNestedPrompt() => throw new PSNotSupportedException();
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
}

internal sealed class ConsoleLikeUi(bool nonInteractive) : PSHostUserInterface
{
    public override PSHostRawUserInterface? RawUI => null;

    private void RefuseIfNonInteractive()
    {
        if (nonInteractive)
            throw new PSInvalidOperationException("PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
    }

    private string Ask()
    {
        RefuseIfNonInteractive();
        return Console.In.ReadLine() ?? "";
    }

    public override string ReadLine() => Ask();

    public override SecureString ReadLineAsSecureString()
    {
        var secret = new SecureString();
        foreach (char c in Ask()) secret.AppendChar(c);
        return secret;
    }

    public override void Write(string value) => Console.Out.Write(value);
    public override void Write(ConsoleColor foreground, ConsoleColor background, string value) => Console.Out.Write(value);
    public override void WriteLine(string value) => Console.Out.WriteLine(value);
    public override void WriteErrorLine(string value) => Console.Error.WriteLine(value);
    public override void WriteDebugLine(string message) => Console.Out.WriteLine("DEBUG: " + message);
    public override void WriteVerboseLine(string message) => Console.Out.WriteLine("VERBOSE: " + message);
    public override void WriteWarningLine(string message) => Console.Out.WriteLine("WARNING: " + message);
    public override void WriteProgress(long sourceId, ProgressRecord record) => Console.Error.WriteLine("PROGRESS: " + record.Activity);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RefuseIfNonInteractive();
        var answers = new Dictionary<string, PSObject>();
        foreach (FieldDescription field in descriptions)
        {
            Console.Out.Write(field.Name + ": ");
            bool secret = field.ParameterTypeFullName == typeof(SecureString).FullName;
            answers[field.Name] = PSObject.AsPSObject(secret ? ReadLineAsSecureString() : Ask());
        }
        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseIfNonInteractive();
        return defaultChoice;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
    {
        RefuseIfNonInteractive();
        return new PSCredential(userName is "" or null ? Ask() : userName, ReadLineAsSecureString());
    }

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);
}
