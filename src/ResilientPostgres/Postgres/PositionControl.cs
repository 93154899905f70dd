using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Freshness;

namespace ResilientPostgres.Postgres;

/// <summary>The statements about positions in the log. All of them are open to an ordinary role; every name carries its schema.</summary>
sealed class PositionControl : IPositionControl
{
    /// <summary>Not to be guessed: else a user's own text in an error message, or a column's name, would be taken for an answer.</summary>
    static readonly string _secret = RandomNumberGenerator.GetHexString(16, lowercase: true);

    static readonly string _noteColumn = $"resilient_postgres_{_secret}";

    /// <summary>
    /// A commit that waits for the disk is at or below what is on disk. What is merely inserted goes further, by records that nobody waits for: they may lie in memory for
    /// seconds, and no standby gets them before they are on disk. Only where commits do not wait for it themselves does it have to be that.
    /// </summary>
    const string Position =
        """
        CASE WHEN pg_catalog.current_setting('synchronous_commit') OPERATOR(pg_catalog.=) 'off' THEN pg_catalog.pg_current_wal_insert_lsn()
             ELSE pg_catalog.pg_current_wal_flush_lsn() END
        """;

    static readonly string _noteText = $"SELECT pg_catalog.pg_current_wal_insert_lsn() AS {_noteColumn}";

    const string AskText = $"SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), {Position}";

    const string ReplayedText = "SELECT pg_catalog.pg_last_wal_replay_lsn()";

    static readonly string _marker = $"resilient_postgres:{_secret}:";

    /// <summary>
    /// A cast that fails is the shortest way for plain SQL to raise an error, and its message says how far the standby is. A server that has never been in recovery
    /// has no replayed position, and fails too: it is none of the cluster's standbys. So does a session whose transactions see one state throughout, for that state is taken
    /// before the question is answered; there the read goes by itself once the answer is known.
    /// </summary>
    static readonly string _guardText =
        $"""
        SELECT WHERE CASE WHEN pg_catalog.pg_last_wal_replay_lsn() OPERATOR(pg_catalog.>=) $1
                           AND pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.=) 'read committed' THEN false
                          ELSE ('{_marker}' OPERATOR(pg_catalog.||) COALESCE(pg_catalog.pg_last_wal_replay_lsn()::pg_catalog.text, '0/0') OPERATOR(pg_catalog.||) ';')::pg_catalog.bool END
        """;

    const int TimelineDigits = 8;

    public NpgsqlBatchCommand Note() => new(_noteText);

    public bool IsNote(NpgsqlDataReader result) => result.FieldCount == 1 && result.GetName(0) == _noteColumn;

    public NpgsqlLogSequenceNumber ReadNote(NpgsqlDataReader row) => row.GetFieldValue<NpgsqlLogSequenceNumber>(0);

    public NpgsqlBatchCommand Guard() => new(_guardText) { Parameters = { new NpgsqlParameter<NpgsqlLogSequenceNumber> { NpgsqlDbType = NpgsqlDbType.PgLsn } } };

    public bool TryReadGuard(PostgresException failure, out ulong replayed)
    {
        // The message around it is in the server's language.
        replayed = 0;
        var text = failure.MessageText.AsSpan();
        var at = failure.SqlState == PostgresErrorCodes.InvalidTextRepresentation ? text.IndexOf(_marker, StringComparison.Ordinal) : -1;
        if (at < 0)
        {
            return false;
        }

        text = text[(at + _marker.Length)..];
        if (text.IndexOf(';') is var end and > 0 && NpgsqlLogSequenceNumber.TryParse(text[..end], out var position))
        {
            replayed = (ulong)position;
        }

        return true;
    }

    public async Task<(uint Timeline, NpgsqlLogSequenceNumber Position)> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(AskText, connection);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            var timeline = uint.Parse(row.GetString(0).AsSpan(0, TimelineDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (timeline, row.GetFieldValue<NpgsqlLogSequenceNumber>(1));
        }
    }

    public async Task<ulong> AskReplayedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(ReplayedText, connection);
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is NpgsqlLogSequenceNumber position ? (ulong)position : 0;
        }
        catch (PostgresException)
        {
            return 0; // A server without the function, or one that does not let this role ask.
        }
    }
}
