// Runs src/powershell/console-tool.cs without PowerShell: request and result are files of JSON.
using System;
using System.IO;
using System.Text.Json;
using DpmPrep;

public static class Program
{
    public static void Main(string[] arguments)
    {
        JsonSerializerOptions options = new JsonSerializerOptions();
        options.IncludeFields = true;
        options.PropertyNameCaseInsensitive = true;
        ConsoleToolRequest request = JsonSerializer.Deserialize<ConsoleToolRequest>(File.ReadAllText(arguments[0]), options);
        File.WriteAllText(arguments[1], JsonSerializer.Serialize(ConsoleTool.Run(request), options));
    }
}
