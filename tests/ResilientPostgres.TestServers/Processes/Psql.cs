using System.Globalization;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>Runs statements by psql, in the simple protocol: the poolers' own commands know no other.</summary>
sealed class Psql(ServerFolder folder, int port, string user, string database)
{
    const char Separator = '\u001f';

    /// <summary>Warnings are no rows; errors are said.</summary>
    const string Quiet = """
        messages=$(mktemp ./psql-XXXXXX)
        "$@" 2>"$messages" || { code=$?; cat "$messages" >&2; rm -f "$messages"; exit $code; }
        rm -f "$messages"
        """;

    /// <summary>Returns the rows without the names of their columns.</summary>
    internal async Task<IReadOnlyList<string[]>> RunAsync(string sql, CancellationToken cancellationToken)
    {
        if (!PostgresCluster.TryFindBinaries(out var binaries))
        {
            throw new PostgresBinariesNotFoundException([]);
        }

        var target = string.Create(
            CultureInfo.InvariantCulture,
            $"host={PostgresServer.Loopback} port={port} user={user} dbname={database} sslmode=prefer gssencmode=disable connect_timeout=5");
        var output = await Launch.RunScriptAsync(
            Quiet,
            [
                binaries.PathOf("psql"), "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
                "--field-separator=" + Separator, "--dbname=" + target, "--command=" + sql,
            ],
            folder.Root,
            cancellationToken);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(Separator))];
    }
}
