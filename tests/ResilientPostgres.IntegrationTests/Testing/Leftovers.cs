namespace ResilientPostgres.IntegrationTests.Testing;

/// <summary>Looks for processes that should be gone.</summary>
static class Leftovers
{
    /// <summary>The command lines of the processes that name a folder.</summary>
    internal static string[] ProcessesIn(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), out _))
            .Select(CommandLine)
            .Where(command => command.Contains(folder, StringComparison.Ordinal)),
    ];

    static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
