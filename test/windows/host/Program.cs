using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text;

namespace DpmPrep.TestHost;

/// <summary>
/// The switches of powershell.exe that dpm-prep uses, and what powershell.exe does with its streams: lines of standard
/// input become $input, everything is written in the console's code page, exit codes are the script's.
/// With --check FILE... it judges scripts instead (see Judge).
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        if (args.Length > 0 && args[0] == "--check") return Judge.Files(args[1..]);
        if (args.Length > 0 && args[0] == "--tokens") return Judge.Tokens(args[1..]);

        World.Record(args);
        bool nonInteractive = false;
        string? script = null;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i].ToLowerInvariant())
            {
                case "-noprofile":
                case "-nologo":
                    break;
                case "-noninteractive":
                    nonInteractive = true;
                    break;
                case "-outputformat" when i + 1 < args.Length && args[i + 1].Equals("Text", StringComparison.OrdinalIgnoreCase):
                    i++;
                    break;
                case "-encodedcommand" when i + 1 < args.Length:
                    script = Encoding.Unicode.GetString(Convert.FromBase64String(args[++i]));
                    break;
                default:
                    Console.Error.WriteLine($"The test host does not know the switch {args[i]}.");
                    return 64;
            }
        }
        if (script is null)
        {
            Console.Error.WriteLine("The test host runs -EncodedCommand only.");
            return 64;
        }
        return Run(script, nonInteractive);
    }

    /// <summary>A console of a western Windows: what does not fit in code page 437 is lost, in and out.</summary>
    private static void UseConsoleOfWindows()
    {
        string wanted = Environment.GetEnvironmentVariable("TESTHOST_CODEPAGE") ?? "437";
        Encoding encoding = wanted == "65001" ? new UTF8Encoding(false) : Encoding.GetEncoding(int.Parse(wanted, CultureInfo.InvariantCulture));
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), encoding) { AutoFlush = true });
        Console.SetError(new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true });
        if (Console.IsInputRedirected) Console.SetIn(new StreamReader(Console.OpenStandardInput(), encoding));
    }

    private static int Run(string script, bool nonInteractive)
    {
        UseConsoleOfWindows();
        World.Install();
        var host = new ConsoleLikeHost(nonInteractive);
        InitialSessionState state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        StandIns.AddTo(state);
        using Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;

        using Pipeline pipeline = runspace.CreatePipeline();
        pipeline.Commands.AddScript(script);
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.Commands.Add("Out-Default");
        bool failed = false;
        try
        {
            pipeline.InvokeAsync();
            if (Console.IsInputRedirected)
            {
                while (Console.In.ReadLine() is { } line)
                {
                    // As in powershell.exe: a pipeline that already ended takes no more lines.
                    try { pipeline.Input.Write(line); }
                    catch (PipelineClosedException) { break; }
                }
            }
            pipeline.Input.Close();
            pipeline.Output.Close();
            WaitForEnd(pipeline);
            failed = pipeline.PipelineStateInfo.State == PipelineState.Failed || pipeline.HadErrors;
            if (pipeline.PipelineStateInfo.Reason is { } reason && host.ExitCode is null)
                Console.Error.WriteLine((reason as RuntimeException)?.ErrorRecord?.ToString() ?? reason.Message);
        }
        finally
        {
            Console.Out.Flush();
        }
        return host.ExitCode ?? (failed ? 1 : 0);
    }

    private static void WaitForEnd(Pipeline pipeline)
    {
        using var ended = new ManualResetEventSlim();
        pipeline.StateChanged += (_, change) => { if (IsOver(change.PipelineStateInfo.State)) ended.Set(); };
        if (IsOver(pipeline.PipelineStateInfo.State)) return;
        ended.Wait();
    }

    private static bool IsOver(PipelineState state) =>
        state is PipelineState.Completed or PipelineState.Failed or PipelineState.Stopped;
}
