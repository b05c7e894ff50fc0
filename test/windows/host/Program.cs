using DpmPrep.TestHost;

// The real console host of PowerShell 7. Only what this system lacks is replaced (World.cs).
// With --check FILE... or --tokens FILE... its parser judges scripts instead (Judge.cs).
if (args.Length > 0 && args[0] == "--check") return Judge.Files(args[1..]);
if (args.Length > 0 && args[0] == "--tokens") return Judge.Tokens(args[1..]);
World.Record(args);
World.Install();
return Microsoft.PowerShell.UnmanagedPSEntry.Start(args, args.Length);
