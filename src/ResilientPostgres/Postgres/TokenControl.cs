using System.Globalization;
using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>Notes transactions as rows, and finds out about them by claiming the same row.</summary>
sealed class TokenControl(TimeProvider time) : ITokenControl
{
    const int PurgedAtOnce = 5000;

    public Guid MakeToken() => Guid.CreateVersion7(time.GetUtcNow());

    public string? SteadyText => null;

    public string CaptureText(NpgsqlConnection connection, TransactionCapture capture) => Table(capture.Token!).Note(capture.Token!.Token);

    public ICommitProof ReadCapture(NpgsqlConnection connection, TransactionCapture capture, NpgsqlDataReader row, long systemIdentifier) =>
        new TokenProof(capture.Token!, systemIdentifier, row.GetFieldValue<ulong>(0), row.GetDateTime(3), row.GetInt32(1), row.GetDateTime(2));

    public async Task<ICommitProof?> CaptureAsync(
        NpgsqlConnection connection, TransactionCapture capture, long systemIdentifier, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(Table(capture.Token!).NoteIfWritten(capture.Token!.Token), connection);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            return row.IsDBNull(0) ? null : ReadCapture(connection, capture, row, systemIdentifier);
        }
    }

    public async Task<ServerFacts> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(ProbeStatement.Text, connection);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            return ProbeStatement.Read(row);
        }
    }

    public async Task<TokenClaim> LookAsync(NpgsqlConnection connection, TokenNote note, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(Table(note).Find(note.Token), connection);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            var isFound = !row.IsDBNull(0);
            return isFound ? row.GetBoolean(0) ? TokenClaim.TakenBefore : TokenClaim.Present
                : row.GetBoolean(1) ? TokenClaim.Open
                : TokenClaim.Absent;
        }
    }

    public async Task<TokenClaim> ClaimAsync(NpgsqlConnection connection, TokenNote note, TimeSpan patience, CancellationToken cancellationToken)
    {
        // One batch is one transaction, and these settings are its own. It need not wait for synchronous standbys: it keeps the transaction from being
        // committed on this server, and where another one takes over, the transaction can't be committed any more anyway.
        var limit = ((int)patience.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"SELECT pg_catalog.set_config('lock_timeout', '{limit}', true), pg_catalog.set_config('synchronous_commit', 'local', true)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Table(note).Claim(note.Token)));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return TokenClaim.Taken;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return TokenClaim.Open;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The transaction's own row, or a claim of ours whose answer was lost. Purged in between it is neither, and asked for again.
            var found = await LookAsync(connection, note, cancellationToken).ConfigureAwait(false);
            return found == TokenClaim.Absent ? TokenClaim.Open : found;
        }
    }

    public Task<string?> FindMissingAsync(NpgsqlConnection connection, string table, bool creates, CancellationToken cancellationToken) =>
        new TokenSchema(connection, new TokenStatements(table)).FindMissingAsync(creates, cancellationToken);

    public async Task<bool> PurgeAsync(NpgsqlConnection connection, string table, TimeSpan retention, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(new TokenStatements(table).Purge(PurgedAtOnce), connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(time.GetUtcNow() - retention) },
                new NpgsqlParameter<TimeSpan> { TypedValue = retention, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) >= PurgedAtOnce;
    }

    static TokenStatements Table(TokenNote note) => new(note.Table);
}
