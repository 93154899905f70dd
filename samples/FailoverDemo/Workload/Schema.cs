using Npgsql;
using ResilientPostgres;
using ResilientPostgres.Testing;

namespace FailoverDemo.Workload;

/// <summary>The tables and the statements on them.</summary>
sealed class Schema(ResilientDataSource db, PostgresCluster cluster)
{
    /// <summary>The key makes a second run do nothing, so the write may be declared idempotent.</summary>
    public const string Insert = "INSERT INTO entry (writer, sequence) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    /// <summary>One step down an index, however many rows there are.</summary>
    public const string Newest = "SELECT coalesce(max(sequence), 0) FROM entry WHERE writer = $1";

    public const string Entries = "SELECT writer, sequence FROM entry";

    public const string Doubled = "SELECT count(*) FROM (SELECT FROM application GROUP BY writer, sequence HAVING count(*) > 1) AS doubled";

    // A doubled row can't be seen in a table whose key forbids it. So each row that is really inserted
    // leaves a mark in a table without any key: two marks, and the write was applied twice.
    const string Create = """
        CREATE TABLE entry (writer int, sequence bigint, PRIMARY KEY (writer, sequence));
        CREATE TABLE application (writer int, sequence bigint);
        CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO application VALUES (NEW.writer, NEW.sequence); RETURN NULL; END';
        CREATE TRIGGER mark AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION mark();
        """;

    // As an administrator would: without it the library works too, but can't see which timeline a standby receives.
    const string Grant = "GRANT pg_monitor TO app";

    /// <summary>Creates the tables and waits until the standbys have them.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using (var administration = NpgsqlDataSource.Create(cluster.Primary.ConnectionString))
        {
            await using var grant = administration.CreateCommand(Grant);
            await grant.ExecuteNonQueryAsync(cancellationToken);
        }

        await db.WriteAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(Create, connection);
                await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken: cancellationToken);
        await Task.WhenAll(cluster.Standbys.Select(standby => cluster.WaitForReplayAsync(standby, cancellationToken)));
    }
}
