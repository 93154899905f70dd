using System.Text;

namespace ResilientPostgres.Testing;

/// <summary>
/// Makes the data directory that every server of a cluster is a copy of.
/// It is complete before the first server starts, so primary and standbys can start at the same time.
/// </summary>
internal static class Template
{
    // pg_rewind runs a killed server's recovery with the settings in its data directory.
    const string Settings = """

        fsync = off
        full_page_writes = off
        wal_log_hints = on
        max_replication_slots = 64

        """;

    internal static async Task<string> CreateAsync(TemplateKey key, string folder, string root)
    {
        await Launch.RunAsync(
            [
                key.Binaries.PathOf("initdb"), "--pgdata=" + folder, "--username=" + PostgresServer.Superuser, "--auth=trust",
                "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions",

                // A promotion copies the segment it begins in.
                "--wal-segsize=1",
            ],
            root,
            input: null,
            CancellationToken.None).ConfigureAwait(false);
        await File.AppendAllTextAsync(Path.Combine(folder, "postgresql.conf"), Settings).ConfigureAwait(false);
        var output = await Launch.RunAsync(
            [key.Binaries.PathOf("postgres"), "--single", "-D", folder, "-c", "log_min_messages=error", PostgresServer.MaintenanceDatabase],
            root,
            StatementsFor(key),
            CancellationToken.None).ConfigureAwait(false);
        return output.Contains("ERROR:", StringComparison.Ordinal)
            ? throw new PostgresServerException("The template could not be filled.", output)
            : folder;
    }

    /// <summary>The statements, one a line as single-user mode reads them.</summary>
    static string StatementsFor(TemplateKey key)
    {
        var statements = new StringBuilder();
        statements.Append("CREATE ROLE ").Append(Identifier(key.Username)).Append(" LOGIN\n");
        statements.Append("CREATE DATABASE ").Append(Identifier(key.Database)).Append(" OWNER ").Append(Identifier(key.Username)).Append('\n');
        if (key.Password is not null)
        {
            foreach (var role in new[] { PostgresServer.Superuser, key.Username })
            {
                statements.Append("ALTER ROLE ").Append(Identifier(role)).Append(" PASSWORD ").Append(Literal(key.Password)).Append('\n');
            }
        }

        for (var number = 1; number <= key.Servers; number++)
        {
            statements.Append("SELECT pg_create_physical_replication_slot(").Append(Literal(PostgresServer.NameOf(number))).Append(")\n");
        }

        return statements.ToString();
    }

    static string Identifier(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    static string Literal(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
}
