namespace Blog;

/// <summary>What to run it on.</summary>
sealed record CommandLine(string ConnectionString, bool IsResilient)
{
    public const string Help = """
        Plays some days of a small blog, written with EF Core and with Dapper, and prints what it read.

        Usage: Blog --connection "Host=pg-a,pg-b,pg-c;Database=blog;Username=app" [--with resilient|npgsql]

          --connection TEXT   Npgsql's connection string. With npgsql, of the primary alone.
          --with NAME         resilient (default): through ResilientPostgres; npgsql: through plain Npgsql.

        The schema blog_sample of that database is made anew.
        """;

    /// <returns>Null if the arguments make no sense.</returns>
    public static CommandLine? Parse(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string> { ["--with"] = "resilient" };
        for (var i = 0; i + 1 < arguments.Count; i += 2)
        {
            given[arguments[i]] = arguments[i + 1];
        }

        return arguments.Count % 2 == 0 && given.Count == 2 && given.TryGetValue("--connection", out var connection) && given["--with"] is "resilient" or "npgsql"
            ? new CommandLine(given["--connection"], given["--with"] == "resilient")
            : null;
    }
}
