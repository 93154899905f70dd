namespace ResilientPostgres.Testing;

/// <summary>The user the servers run as: PostgreSQL refuses to run as root.</summary>
/// <param name="Name">The user's name, or null for the user of this process.</param>
/// <param name="Launcher">The command and arguments to put before a command so that it runs as that user.</param>
internal sealed record ServerUser(string? Name, IReadOnlyList<string> Launcher)
{
    static readonly string[] SystemFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

    internal static ServerUser Current { get; } = Choose();

    /// <summary>Puts a command in a session of its own, so that Ctrl+C on a terminal ends the owner and not its servers.</summary>
    internal IReadOnlyList<string> InOwnSession(IEnumerable<string> command)
    {
        var setsid = Locate("setsid");
        return setsid is null ? [.. Launcher, .. command] : [setsid, .. Launcher, .. command];
    }

    static ServerUser Choose()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerUser(null, []);
        }

        var (name, group) = FindUser("postgres") ?? FindUser("nobody") ?? ("nobody", "65534");
        var setpriv = Locate("setpriv");
        return setpriv is not null
            ? new ServerUser(name, [setpriv, "--reuid=" + name, "--regid=" + group, "--clear-groups", "--"])
            : new ServerUser(name, [Locate("runuser") ?? "runuser", "-u", name, "--"]);
    }

    static (string Name, string Group)? FindUser(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length > 3 && fields[0] == name)
            {
                return (name, fields[3]);
            }
        }

        return null;
    }

    static string? Locate(string program) =>
        SystemFolders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
