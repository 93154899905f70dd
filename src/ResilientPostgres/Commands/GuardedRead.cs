using System.Data;
using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Freshness;
using ResilientPostgres.Positions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Commands;

/// <summary>
/// A read with the question before it whether the standby has what the read must see. If it has not, the question fails, and the server skips the read: what is
/// answered was fresh at the moment of reading, whatever the monitor knew. Used again and again, for a batch of Npgsql's is a large object.
/// </summary>
sealed class GuardedRead : Companion
{
    readonly IPositionControl _positions;
    readonly NpgsqlParameter<NpgsqlLogSequenceNumber> _position;
    EndpointGauge? _gauge;
    LogMark? _followed;

    public GuardedRead(IPositionControl positions)
    {
        _positions = positions;
        var guard = positions.Guard();
        _position = (NpgsqlParameter<NpgsqlLogSequenceNumber>)guard.Parameters[0];
        Batch = new NpgsqlBatch { BatchCommands = { guard, Own } };
    }

    public override NpgsqlBatch Batch { get; }

    protected override NpgsqlBatchCommand Own { get; } = new();

    /// <param name="command">The caller's command.</param>
    /// <param name="connection">The session on a standby.</param>
    /// <param name="gauge">The standby's.</param>
    /// <param name="followed">The timeline that it is known to follow.</param>
    /// <param name="position">What the standby must have replayed.</param>
    public GuardedRead For(NpgsqlCommand command, NpgsqlConnection connection, EndpointGauge gauge, LogMark followed, ulong position)
    {
        (_gauge, _followed, _position.TypedValue) = (gauge, followed, new NpgsqlLogSequenceNumber(position));
        Batch.Connection = connection;
        Borrow(command);
        return this;
    }

    public override async Task<T> ExecuteAsync<T>(Execution<T> execution)
    {
        var reader = await Batch.ExecuteReaderAsync(execution.Behavior & ~CommandBehavior.SingleResult).ConfigureAwait(false);
        var isKept = false;
        try
        {
            await reader.NextResultAsync().ConfigureAwait(false);
            var result = await execution.TakeAsync(reader).ConfigureAwait(false);
            isKept = execution.IsReader;
            return result;
        }
        finally
        {
            if (!isKept)
            {
                await reader.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public override T Execute<T>(Execution<T> execution)
    {
        var reader = Batch.ExecuteReader(execution.Behavior & ~CommandBehavior.SingleResult);
        var isKept = false;
        try
        {
            reader.NextResult();
            var result = execution.Take(reader);
            isKept = execution.IsReader;
            return result;
        }
        finally
        {
            if (!isKept)
            {
                reader.Dispose();
            }
        }
    }

    public override bool IsBehind(Exception exception)
    {
        if (exception is not PostgresException refused || !_positions.TryReadGuard(refused, out var replayed))
        {
            return false;
        }

        _followed!.Raise(replayed);
        return true;
    }

    public override void Succeed() => _gauge!.NoteReplayed(_followed!, (ulong)_position.TypedValue);
}
