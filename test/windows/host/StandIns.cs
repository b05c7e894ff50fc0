using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;

namespace DpmPrep.TestHost;

/// <summary>
/// The cmdlets that dpm-prep's scripts or Microsoft's scripts call and that are not in the engine's package (they live
/// in Microsoft.PowerShell.Utility and .Management). Each does what the real one does as far as these scripts go.
/// docs/powershell.md lists them.
/// </summary>
internal static class StandIns
{
    private static readonly Type[] Cmdlets =
    [
        typeof(WriteHost), typeof(WriteOutput), typeof(WriteWarning), typeof(WriteErrorStandIn), typeof(WriteProgressStandIn),
        typeof(ReadHost), typeof(SetLocation), typeof(GetService), typeof(ConvertToSecureString),
        typeof(AddType),
    ];

    public static void AddTo(InitialSessionState state)
    {
        foreach (Type type in Cmdlets)
        {
            var name = (CmdletAttribute)type.GetCustomAttributes(typeof(CmdletAttribute), false)[0];
            state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", type, null));
        }
    }
}

[Cmdlet("Write", "Host")]
public sealed class WriteHost : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)] public object? Object { get; set; }
    [Parameter] public SwitchParameter NoNewline { get; set; }
    [Parameter] public ConsoleColor? ForegroundColor { get; set; }
    [Parameter] public ConsoleColor? BackgroundColor { get; set; }

    protected override void ProcessRecord()
    {
        string text = Object is System.Collections.IEnumerable many and not string
            ? string.Join(' ', many.Cast<object?>())
            : Object?.ToString() ?? "";
        var message = new HostInformationMessage { Message = text, NoNewLine = NoNewline };
        WriteInformation(message, ["PSHOST"]);
    }
}

[Cmdlet("Write", "Output")]
public sealed class WriteOutput : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true)] public object? InputObject { get; set; }
    protected override void ProcessRecord() => WriteObject(InputObject, true);
}

[Cmdlet("Write", "Warning")]
public sealed class WriteWarning : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string Message { get; set; } = "";
    protected override void ProcessRecord() => base.WriteWarning(Message);
}

[Cmdlet("Write", "Error")]
public sealed class WriteErrorStandIn : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string Message { get; set; } = "";

    protected override void ProcessRecord()
    {
        var record = new ErrorRecord(new InvalidOperationException(Message),
            "Microsoft.PowerShell.Commands.WriteErrorException", ErrorCategory.NotSpecified, null);
        WriteError(record);
    }
}

[Cmdlet("Write", "Progress")]
public sealed class WriteProgressStandIn : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string Activity { get; set; } = "";
    [Parameter(Position = 1)] public string Status { get; set; } = "Processing";
    [Parameter] public int PercentComplete { get; set; } = -1;
    [Parameter] public SwitchParameter Completed { get; set; }

    protected override void ProcessRecord() =>
        WriteProgress(new ProgressRecord(1, Activity, Status) { PercentComplete = PercentComplete });
}

[Cmdlet("Read", "Host")]
public sealed class ReadHost : PSCmdlet
{
    [Parameter(Position = 0)] public object? Prompt { get; set; }
    [Parameter] public SwitchParameter AsSecureString { get; set; }

    protected override void ProcessRecord()
    {
        if (Prompt is not null) Host.UI.Write(Prompt + ": ");
        WriteObject(AsSecureString ? Host.UI.ReadLineAsSecureString() : Host.UI.ReadLine());
    }
}

[Cmdlet("Set", "Location")]
public sealed class SetLocation : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string Path { get; set; } = "";
    protected override void ProcessRecord() => SessionState.Path.SetLocation(Path);
}

[Cmdlet("ConvertTo", "SecureString")]
public sealed class ConvertToSecureString : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string String { get; set; } = "";
    [Parameter] public SwitchParameter AsPlainText { get; set; }
    [Parameter] public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        var secret = new SecureString();
        foreach (char c in String) secret.AppendChar(c);
        WriteObject(secret);
    }
}

/// <summary>Name, display name and state of a service: from Windows, elsewhere from the world's services.json.</summary>
[Cmdlet("Get", "Service")]
public sealed class GetService : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            PSObject? found = OperatingSystem.IsWindows() ? FromWindows(name) : FromWorld(name);
            if (found is not null) WriteObject(found);
            else
                WriteError(new ErrorRecord(new InvalidOperationException($"Cannot find any service with service name '{name}'."),
                    "NoServiceFoundForGivenName", ErrorCategory.ObjectNotFound, name));
        }
    }

    private static PSObject? FromWindows(string name)
    {
        try
        {
            using var service = new System.ServiceProcess.ServiceController(name);
            return Shape(service.ServiceName, service.DisplayName, service.Status.ToString());
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static PSObject? FromWorld(string name)
    {
        foreach (var (service, state) in World.Read<Dictionary<string, string>>("services.json") ?? [])
            if (service.Equals(name, StringComparison.OrdinalIgnoreCase)) return Shape(service, service, state);
        return null;
    }

    private static PSObject Shape(string name, string displayName, string status)
    {
        var shape = new PSObject();
        shape.Properties.Add(new PSNoteProperty("Name", name));
        shape.Properties.Add(new PSNoteProperty("DisplayName", displayName));
        shape.Properties.Add(new PSNoteProperty("Status", status));
        return shape;
    }
}
