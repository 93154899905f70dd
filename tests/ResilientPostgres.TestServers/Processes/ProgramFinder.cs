namespace ResilientPostgres.TestServers;

/// <summary>Looks for a program in the folders of the environment variable <see cref="EnvironmentVariable"/>, of <c>PATH</c>, and the usual ones.</summary>
static class ProgramFinder
{
    internal const string EnvironmentVariable = "RESILIENT_POSTGRES_TEST_PROGRAMS";
    static readonly string[] Usual = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

    internal static string? Find(string program) =>
        FoldersOf(EnvironmentVariable).Concat(FoldersOf("PATH")).Concat(Usual)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Returns why a part can't be had, or null if its programs are there.</summary>
    internal static string? Missing(string packages, params string[] programs)
    {
        var missing = Array.FindAll(programs, program => Find(program) is null);
        return missing.Length == 0
            ? null
            : $"Not found: {string.Join(", ", missing)} (apt-get install {packages}, or name the folders in {EnvironmentVariable}).";
    }

    internal static string Get(string program) =>
        Find(program) ?? throw new InvalidOperationException($"{program} was not found.");

    static string[] FoldersOf(string variable) =>
        (Environment.GetEnvironmentVariable(variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
}
