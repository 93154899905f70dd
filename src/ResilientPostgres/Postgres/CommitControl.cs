using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Commits;
using ResilientPostgres.Settings;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>The statements around a commit. All of them are open to an ordinary role; every name carries its schema.</summary>
sealed class CommitControl(bool canKnowSession, Func<PoolerSettings>? pooler = null) : ICommitControl
{
    /// <summary>Seen by logical decoding as a message of this prefix, without content.</summary>
    public const string MessagePrefix = "resilient_postgres";

    /// <summary>The variant for bytes: with two literals of no type the server would weigh the variants against each other each time, which takes longer than the noting.</summary>
    const string Note = $"pg_catalog.pg_logical_emit_message(true, '{MessagePrefix}', ''::pg_catalog.bytea)";

    const string Columns =
        """
        x.xid, x.lsn, pg_catalog.pg_walfile_name(x.lsn), pg_catalog.pg_postmaster_start_time(),
               pg_catalog.pg_stat_get_bgwriter_stat_reset_time(), pg_catalog.pg_backend_pid(), pg_catalog.clock_timestamp()
        """;

    const string NotedIfWritten =
        $"""
          FROM (SELECT a.xid, CASE WHEN a.xid IS NOT NULL THEN {Note} END AS lsn
                  FROM (SELECT pg_catalog.pg_current_xact_id_if_assigned() AS xid) a OFFSET 0) x
        """;

    const string FirstCaptureIfWritten = $"SELECT {Columns}\n{NotedIfWritten}";

    const string NextCaptureIfWritten = $"SELECT x.xid, x.lsn\n{NotedIfWritten}";

    const int TimelineDigits = 8;

    const string FirstCapture =
        $"SELECT {Columns}\n  FROM (SELECT pg_catalog.pg_current_xact_id() AS xid, {Note} AS lsn OFFSET 0) x";

    const string NextCapture =
        $"SELECT pg_catalog.pg_current_xact_id(), {Note}";

    const string Written = "SELECT pg_catalog.pg_current_wal_insert_lsn()";

    const string WrittenAndFlushed = "SELECT pg_catalog.pg_current_wal_insert_lsn(), pg_catalog.pg_current_wal_flush_lsn()";

    /// <summary>No volatile function, so that pgpool might ask a standby: not behind a comment.</summary>
    const string AssignedId = "/*NO LOAD BALANCE*/ SELECT pg_catalog.pg_current_xact_id_if_assigned()";

    /// <summary>By physical session: a pooled connection object comes and goes.</summary>
    readonly ConditionalWeakTable<object, SessionLife> _lives = [];

    public string SteadyText => NextCapture;

    public string CaptureText(NpgsqlConnection connection, TransactionCapture capture) => LifeOf(connection) is null ? FirstCapture : NextCapture;

    public string? CharacterText(bool isReadOnly, bool isDeferrable) => (isReadOnly, isDeferrable) switch
    {
        (true, true) => "SET TRANSACTION READ ONLY, DEFERRABLE",
        (true, false) => "SET TRANSACTION READ ONLY",
        (false, true) => "SET TRANSACTION DEFERRABLE",
        _ => null,
    };

    public ICommitProof ReadCapture(NpgsqlConnection connection, TransactionCapture capture, NpgsqlDataReader row, long systemIdentifier)
    {
        var life = row.FieldCount > 2 ? Remember(connection, row) : LifeOf(connection)!;
        return new CommitProof(
            row.GetFieldValue<ulong>(0),
            row.GetFieldValue<NpgsqlLogSequenceNumber>(1),
            life.Timeline,
            systemIdentifier,
            life.StartedAt,
            life.StatsReset,
            life.ProcessId,
            life.At);
    }

    public async Task<ICommitProof?> CaptureAsync(
        NpgsqlConnection connection, TransactionCapture capture, long systemIdentifier, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(LifeOf(connection) is null ? FirstCaptureIfWritten : NextCaptureIfWritten, connection);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            return row.IsDBNull(0) ? null : ReadCapture(connection, capture, row, systemIdentifier);
        }
    }

    public async Task<CommitAnswer> CommitAsync(NpgsqlConnection connection, bool mayHaveFailed, bool asksFlushed, bool isPrepared, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        if (mayHaveFailed)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(AssignedId));
        }

        var commit = new NpgsqlBatchCommand("COMMIT");
        batch.BatchCommands.Add(commit);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(asksFlushed ? WrittenAndFlushed : Written));
        ulong? xid = null;
        if (isPrepared)
        {
            await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (mayHaveFailed)
                {
                    xid = reader.IsDBNull(0) ? null : reader.GetFieldValue<ulong>(0);
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                    await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                }

                return new CommitAnswer(
                    xid, reader.GetFieldValue<NpgsqlLogSequenceNumber>(0), asksFlushed ? reader.GetFieldValue<NpgsqlLogSequenceNumber>(1) : null);
            }
        }
        catch (PostgresException) when (commit.StatementType == StatementType.Other)
        {
            // COMMIT has been answered: what failed is the question after it, and with it nothing but the position.
            return new CommitAnswer(xid, Written: null, Flushed: null);
        }
    }

    /// <summary>One message, and so one transaction: behind a pooler the next one may run on another server.</summary>
    public async Task<CommitFacts> AskAsync(NpgsqlConnection connection, ulong xid, CancellationToken cancellationToken)
    {
        var status = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_catalog.pg_xact_status('{xid}')");
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(ProbeStatement.Text), new NpgsqlBatchCommand(status) } };
        ServerFacts? server = null;
        try
        {
            var row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (row.ConfigureAwait(false))
            {
                await row.ReadAsync(cancellationToken).ConfigureAwait(false);
                server = ProbeStatement.Read(row);
                await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
                await row.ReadAsync(cancellationToken).ConfigureAwait(false);
                return new CommitFacts(server.Value, StatusOf(row.IsDBNull(0) ? null : row.GetString(0)));
            }
        }
        catch (PostgresException e) when (server is { } asked && (asked.InRecovery || e.SqlState == PostgresErrorCodes.InvalidParameterValue))
        {
            return new CommitFacts(asked, asked.InRecovery ? default : TransactionStatus.Future);
        }
    }

    public async Task FenceAsync(NpgsqlConnection connection, ICommitProof proof, CancellationToken cancellationToken)
    {
        // By the transaction's id too: behind a pooler the same server process may serve somebody else by now.
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a
             WHERE a.pid OPERATOR(pg_catalog.=) $1 AND a.backend_start OPERATOR(pg_catalog.<=) $2 AND pg_catalog.pg_postmaster_start_time() OPERATOR(pg_catalog.=) $3
               AND a.backend_xid OPERATOR(pg_catalog.=) '{proof.Xid}'::pg_catalog.xid8::pg_catalog.xid
            """);
        using var command = new NpgsqlCommand(text, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = proof.ProcessId },
                new NpgsqlParameter<DateTime> { TypedValue = proof.At, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new NpgsqlParameter<DateTime> { TypedValue = proof.StartedAt, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<string?> FindMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string text =
            """
            SELECT pg_catalog.pg_backend_pid(),
                   (SELECT pg_catalog.string_agg(f.name, ', ') FROM (VALUES ('pg_current_xact_id()'), ('pg_xact_status(xid8)'), ('pg_logical_emit_message(boolean,text,bytea)'),
                           ('pg_last_wal_replay_lsn()'), ('pg_stat_get_bgwriter_stat_reset_time()')) f (name)
                     WHERE pg_catalog.to_regprocedure('pg_catalog.' OPERATOR(pg_catalog.||) f.name) IS NULL
                        OR NOT pg_catalog.has_function_privilege(pg_catalog.to_regprocedure('pg_catalog.' OPERATOR(pg_catalog.||) f.name), 'EXECUTE'))
            """;
        using var command = new NpgsqlCommand(text, connection);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            return !IsPooled && row.GetInt32(0) != connection.ProcessID ? "a pooler stands between, so that a session is not one server's (say which: Pooler)"
                : row.IsDBNull(1) ? null
                : $"the server has not, or the role may not use: {row.GetString(1)}";
        }
    }

    static TransactionStatus StatusOf(string? said) => said switch
    {
        "in progress" => TransactionStatus.InProgress,
        "committed" => TransactionStatus.Committed,
        "aborted" => TransactionStatus.Aborted,
        _ => TransactionStatus.TooOld,
    };

    /// <summary>One session of ours may be several of a server's, one after the other: each transaction asks for what it needs.</summary>
    bool IsPooled => pooler?.Invoke().IsAny == true;

    SessionLife? LifeOf(NpgsqlConnection connection) =>
        canKnowSession && !IsPooled && NpgsqlInternals.SessionOf(connection) is { } session && _lives.TryGetValue(session, out var life) ? life : null;

    SessionLife Remember(NpgsqlConnection connection, NpgsqlDataReader row)
    {
        var life = new SessionLife(
            uint.Parse(row.GetString(2).AsSpan(0, TimelineDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            row.GetDateTime(3),
            row.IsDBNull(4) ? null : row.GetDateTime(4),
            row.GetInt32(5),
            row.GetDateTime(6));
        if (canKnowSession && NpgsqlInternals.SessionOf(connection) is { } session)
        {
            _lives.AddOrUpdate(session, life);
        }

        return life;
    }
}
