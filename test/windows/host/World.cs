using System.Management.Automation;
using System.Text.Json;
using Microsoft.Win32;

namespace DpmPrep.TestHost;

/// <summary>
/// What only Windows has, answered from JSON files in the folder that the environment variable TESTHOST_WORLD names.
/// On Windows (and under Wine) only the local accounts and WMI are replaced; elsewhere also the registry and the user's rights.
/// The scripts are not changed for it: the names of the .NET types are pointed at stand-ins.
/// </summary>
internal static class World
{
    private static string? Folder => Environment.GetEnvironmentVariable("TESTHOST_WORLD");

    public static T? Read<T>(string file)
    {
        if (Folder is null) return default;
        string path = Path.Combine(Folder, file);
        return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path)) : default;
    }

    /// <summary>Every start of this host with its arguments: a file of its own, a JSON array, in the folder that TESTHOST_LOG names.</summary>
    public static void Record(string[] args)
    {
        if (Environment.GetEnvironmentVariable("TESTHOST_LOG") is { } log)
            File.WriteAllText(Path.Combine(log, $"{DateTime.UtcNow.Ticks}-{Environment.ProcessId}.json"), JsonSerializer.Serialize(args));
    }

    public static void Install()
    {
        if (Folder is null) return;
        Replace("System.DirectoryServices.DirectoryEntry", typeof(AccountEntry));
        if (OperatingSystem.IsWindows())
        {
            // Under Wine a question to WMI never comes back.
            Replace("System.Management.ManagementObjectSearcher", typeof(SearcherStandIn));
            return;
        }
        Replace("Microsoft.Win32.RegistryKey", typeof(RegistryStandIn));
        Replace("System.Security.Principal.WindowsIdentity", typeof(IdentityStandIn));
        Replace("System.Security.Principal.WindowsPrincipal", typeof(PrincipalStandIn));
    }

    private static void Replace(string name, Type standIn)
    {
        Type accelerators = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators")!;
        accelerators.GetMethod("Add")!.Invoke(null, [name, standIn]);
    }
}

/// <summary>Keys of registry.json are full paths below HKLM, values are the key's values.</summary>
public sealed class RegistryStandIn : IDisposable
{
    private readonly string _path;
    private static readonly Dictionary<string, Dictionary<string, JsonElement>> Keys =
        new(World.Read<Dictionary<string, Dictionary<string, JsonElement>>>("registry.json") ?? [], StringComparer.OrdinalIgnoreCase);

    private RegistryStandIn(string path) => _path = path;

    public static RegistryStandIn OpenBaseKey(RegistryHive hive, RegistryView view) => new("");

    private static string Join(string parent, string child) => parent.Length == 0 ? child : parent + "\\" + child;

    public RegistryStandIn? OpenSubKey(string name)
    {
        string path = Join(_path, name.TrimEnd('\\'));
        return Keys.ContainsKey(path) || Keys.Keys.Any(key => key.StartsWith(path + "\\", StringComparison.OrdinalIgnoreCase))
            ? new RegistryStandIn(path)
            : null;
    }

    public string[] GetSubKeyNames() =>
        [.. Keys.Keys.Where(key => key.StartsWith(_path + "\\", StringComparison.OrdinalIgnoreCase))
            .Select(key => key[(_path.Length + 1)..].Split('\\')[0]).Distinct(StringComparer.OrdinalIgnoreCase)];

    public string[] GetValueNames() => Keys.TryGetValue(_path, out var values) ? [.. values.Keys] : [];

    public object? GetValue(string name)
    {
        if (!Keys.TryGetValue(_path, out var values)) return null;
        foreach (var (key, value) in values)
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return Plain(value);
        return null;
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetInt32(),
        JsonValueKind.Array => value.EnumerateArray().Select(item => item.GetString() ?? "").ToArray(),
        _ => value.GetString(),
    };

    public void Close() { }
    public void Dispose() { }
}

/// <summary>Win32_ComputerSystem of a computer in a workgroup.</summary>
public sealed class SearcherStandIn(string query)
{
    public sealed class SearchOptions
    {
        public TimeSpan Timeout { get; set; }
    }

    public string Query { get; } = query;
    public SearchOptions Options { get; } = new();

    public Dictionary<string, object>[] Get() =>
        [new() { ["PartOfDomain"] = false, ["Domain"] = "WORKGROUP", ["Workgroup"] = "WORKGROUP" }];
}

public sealed class IdentityStandIn
{
    public static IdentityStandIn GetCurrent() => new();
}

public sealed class PrincipalStandIn(IdentityStandIn identity)
{
    public IdentityStandIn Identity { get; } = identity;
    public bool IsInRole(System.Security.Principal.WindowsBuiltInRole role) => World.Read<bool?>("elevated.json") ?? true;
}

/// <summary>Local accounts as the WinNT provider of ADSI gives them: users.json.</summary>
public sealed class AccountEntry
{
    public sealed class Account
    {
        public string Name { get; set; } = "";
        public int UserFlags { get; set; } = 0x200;
        public int? PasswordAge { get; set; }
        public bool Administrator { get; set; }
        public string? Sid { get; set; }
        /** Not of this computer: it is only found as a member of a group. */
        public bool Domain { get; set; }
    }

    public sealed class Value(object? value)
    {
        [System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1721")]
        public object? Get => value;
    }

    private readonly Account? _account;
    private readonly string _path;

    public AccountEntry(string path) => _path = path;
    private AccountEntry(Account account) : this("WinNT://./" + account.Name) => _account = account;

    public string SchemaClassName => _account is null ? "Computer" : "User";
    public string Name => _account?.Name ?? "";
    public string Path => _path;

    public Accounts Children => new();

    /// <summary>
    /// The accounts below the computer. accounts.json says how they can be had: "Listing": false, the listing fails;
    /// "Finding": N, finding one by its name fails with this HRESULT.
    /// </summary>
    public sealed class Accounts : System.Collections.IEnumerable
    {
        private const int UserNotFound = unchecked((int)0x800708AD);

        public sealed class Access
        {
            public bool Listing { get; set; } = true;
            public int? Finding { get; set; }
        }

        private static Access Ways => World.Read<Access>("accounts.json") ?? new();

        private static IEnumerable<AccountEntry> All =>
            (World.Read<Account[]>("users.json") ?? []).Where(account => !account.Domain).Select(account => new AccountEntry(account));

        public System.Collections.IEnumerator GetEnumerator() =>
            Ways.Listing ? All.GetEnumerator() : throw new InvalidOperationException("The accounts were listed.");

        public AccountEntry Find(string name, string schemaClassName)
        {
            if (Ways.Finding is { } code) throw new System.Runtime.InteropServices.COMException("not to be had by name", code);
            return All.FirstOrDefault(entry => schemaClassName == "User" && entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new System.Runtime.InteropServices.COMException("Der Benutzername konnte nicht gefunden werden.", UserNotFound);
        }
    }

    public object? InvokeGet(string property) => property switch
    {
        "UserFlags" => _account?.UserFlags,
        "PasswordAge" => _account?.PasswordAge,
        "Name" => _account?.Name,
        "objectSid" => _account?.Sid is { } sid ? System.Text.Encoding.ASCII.GetBytes(sid) : null,
        _ => null,
    };

    public object[] Invoke(string method) =>
        method == "Members"
            ? [.. (World.Read<Account[]>("users.json") ?? []).Where(account => account.Administrator).Select(account => new AccountEntry(account))]
            : [];

    public void Dispose() { }
}
