using System.Diagnostics;

namespace ResilientPostgres.Testing;

/// <summary>Looks for the server programs in the places where they are usually found.</summary>
internal static class BinariesFinder
{
    internal const string EnvironmentVariable = "RESILIENT_POSTGRES_BIN";
    static readonly string[] Programs = ["postgres", "initdb", "pg_rewind", "pg_basebackup"];
    const string DebianRoot = "/usr/lib/postgresql";

    internal static PostgresBinaries? Find(string? named, List<string> searched)
    {
        if (!OperatingSystem.IsLinux())
        {
            searched.Add("nothing: servers are run on Linux only");
            return null;
        }

        // A folder that was named is meant: silently taking another version would surprise.
        if (!string.IsNullOrEmpty(named))
        {
            return Check(named, "PostgresClusterOptions.BinDirectory", searched);
        }

        var variable = Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (!string.IsNullOrEmpty(variable))
        {
            return Check(variable, EnvironmentVariable, searched);
        }

        searched.Add(EnvironmentVariable + " (not set)");
        return FromPath(searched) ?? FromPgConfig(searched) ?? FromDebian(searched);
    }

    static PostgresBinaries? FromPath(List<string> searched)
    {
        searched.Add("PATH");
        return PathFolders().Select(TryFolder).FirstOrDefault(binaries => binaries is not null);
    }

    static PostgresBinaries? FromPgConfig(List<string> searched)
    {
        var program = PathFolders().Select(folder => Path.Combine(folder, "pg_config")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            searched.Add("pg_config --bindir (no pg_config in PATH)");
            return null;
        }

        using var process = Process.Start(new ProcessStartInfo(program, "--bindir") { RedirectStandardOutput = true });
        var folder = process?.StandardOutput.ReadToEnd().Trim();
        return string.IsNullOrEmpty(folder) ? null : Check(folder, "pg_config --bindir", searched);
    }

    static PostgresBinaries? FromDebian(List<string> searched)
    {
        searched.Add(DebianRoot + "/*/bin");
        if (!Directory.Exists(DebianRoot))
        {
            return null;
        }

        return Directory.GetDirectories(DebianRoot)
            .OrderByDescending(VersionOf)
            .Select(folder => TryFolder(Path.Combine(folder, "bin")))
            .FirstOrDefault(binaries => binaries is not null);
    }

    static double VersionOf(string folder) =>
        double.TryParse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : 0;

    static PostgresBinaries? Check(string folder, string origin, List<string> searched)
    {
        searched.Add($"{origin} ({folder})");
        return TryFolder(folder);
    }

    static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Accepts a folder with all programs, or one whose <c>postgres</c> is a link into such a folder.</summary>
    static PostgresBinaries? TryFolder(string folder)
    {
        var server = new FileInfo(Path.Combine(folder, "postgres"));
        if (!server.Exists)
        {
            return null;
        }

        var target = server.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? server.FullName;
        var resolved = Path.GetDirectoryName(target)!;
        return Array.TrueForAll(Programs, program => File.Exists(Path.Combine(resolved, program))) ? new PostgresBinaries(resolved) : null;
    }
}
