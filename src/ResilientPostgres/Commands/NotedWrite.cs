using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Freshness;

namespace ResilientPostgres.Commands;

/// <summary>
/// A write by itself, and behind its commit the question how far the log is then: asked before it, the answer would be too low. So that all go in one message the
/// write has a transaction of its own, which it would have had anyway. (Npgsql's error barriers would do the same at more cost, and Npgsql 10.0.3 loses count of
/// the answers when a commit fails behind one.)
/// </summary>
sealed class NotedWrite : Companion
{
    readonly IPositionControl _positions;
    readonly FreshnessGate _gate;
    readonly uint _timeline;
    readonly NpgsqlBatchCommand _commit = new("COMMIT");
    NpgsqlLogSequenceNumber? _position;

    /// <param name="command">The caller's command.</param>
    /// <param name="connection">The session on the primary.</param>
    /// <param name="positions">The question.</param>
    /// <param name="gate">Who wants to know.</param>
    /// <param name="timeline">What the server writes.</param>
    public NotedWrite(NpgsqlCommand command, NpgsqlConnection connection, IPositionControl positions, FreshnessGate gate, uint timeline)
    {
        (_positions, _gate, _timeline) = (positions, gate, timeline);
        Batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("BEGIN"), Own, _commit, positions.Note() } };
        Borrow(command);
    }

    public override NpgsqlBatch Batch { get; }

    protected override NpgsqlBatchCommand Own { get; } = new();

    /// <summary>COMMIT was answered: what fails after that is the question, and the write is done.</summary>
    bool IsDone => _commit.StatementType == StatementType.Other;

    public override async Task<T> ExecuteAsync<T>(Execution<T> execution)
    {
        object? value = null;
        try
        {
            var reader = await Batch.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var hasRow = await reader.ReadAsync().ConfigureAwait(false);
                if (!_positions.IsNote(reader))
                {
                    value = hasRow && execution.TakesValue ? reader.GetValue(0) : null;
                    await reader.NextResultAsync().ConfigureAwait(false);
                    await reader.ReadAsync().ConfigureAwait(false);
                }

                _position = _positions.ReadNote(reader);
                await reader.NextResultAsync().ConfigureAwait(false);
                return execution.Tell!(value, reader.RecordsAffected);
            }
        }
        catch (PostgresException) when (IsDone)
        {
            return execution.Tell!(value, Own.RecordsAffected);
        }
    }

    public override T Execute<T>(Execution<T> execution)
    {
        object? value = null;
        try
        {
            using var reader = Batch.ExecuteReader();
            var hasRow = reader.Read();
            if (!_positions.IsNote(reader))
            {
                value = hasRow && execution.TakesValue ? reader.GetValue(0) : null;
                reader.NextResult();
                reader.Read();
            }

            _position = _positions.ReadNote(reader);
            reader.NextResult();
            return execution.Tell!(value, reader.RecordsAffected);
        }
        catch (PostgresException) when (IsDone)
        {
            return execution.Tell!(value, Own.RecordsAffected);
        }
    }

    public override void Succeed()
    {
        if (_position is { } position)
        {
            _gate.Wrote(_timeline, position);
        }
        else
        {
            _gate.Wrote();
        }
    }
}
