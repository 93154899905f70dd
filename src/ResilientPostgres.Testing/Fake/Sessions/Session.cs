using System.Globalization;
using ResilientPostgres.Testing.State;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>One client's session: what it has set, prepared and begun, and the way to it.</summary>
internal sealed class Session : IDisposable
{
    readonly Dictionary<string, string> _reported = [];
    readonly CancellationTokenSource _ended = new();
    readonly Stream _stream;
    CancellationTokenSource? _statement;
    bool _isReplyCuttable;

    internal Session(FakeServer server, Stream stream, int processId)
    {
        (Server, _stream, ProcessId, StartedAt) = (server, stream, processId, server.Cluster.State.UtcNow);
        Reader = new FrontendReader(stream);
        Settings = new SettingStore(server.Cluster.Options.ServerVersion, server.Cluster.Options.Username);
        Block = new TransactionBlock(this);
    }

    internal FakeServer Server { get; }

    internal ServerState State => Server.State;

    internal int ProcessId { get; }

    internal int Secret { get; } = Random.Shared.Next();

    internal DateTime StartedAt { get; }

    internal FrontendReader Reader { get; }

    internal ReplyBuffer Reply { get; } = new();

    internal SettingStore Settings { get; }

    internal TransactionBlock Block { get; }

    /// <summary>Whether it has got through authentication.</summary>
    internal bool IsAdmitted { get; set; }

    internal string User { get; set; } = "";

    internal string Database { get; set; } = "";

    internal Dictionary<string, Prepared> Statements { get; } = [];

    internal Dictionary<string, Portal> Portals { get; } = [];

    internal CancellationToken Ended => _ended.Token;

    /// <summary>What the client is told at the end; null if it ends without a word.</summary>
    internal PostgresError? Farewell { get; private set; }

    internal bool IsReadOnlyByDefault => (Settings["default_transaction_read_only"] is { } set ? set is "on" or "true" or "1" : State.IsReadOnlyByDefault) || State.IsInRecovery;

    internal string? Setting(string name) => name.ToLowerInvariant() switch
    {
        "transaction_read_only" => Block.IsReadOnly ? "on" : "off",
        "transaction_isolation" => Block.Isolation,
        "default_transaction_read_only" => Settings[name] ?? (State.IsReadOnlyByDefault ? "on" : "off"),
        "in_hot_standby" => State.IsInRecovery ? "on" : "off",
        "port" => Server.Port.ToString(CultureInfo.InvariantCulture),
        "max_connections" => Server.Cluster.Options.MaxConnections.ToString(CultureInfo.InvariantCulture),
        "lock_timeout" or "statement_timeout" or "idle_in_transaction_session_timeout" => Durations.Show(Settings[name]),
        _ => Settings[name],
    };

    internal void Warn(string sqlState, string message) => Reply.Notice("WARNING", sqlState, message);

    /// <summary>A portal lives no longer than its transaction.</summary>
    internal void DropPortals() => Portals.Clear();

    internal void Ready()
    {
        ReportSettings();
        Reply.Ready(Block.Status);
    }

    internal void ReportSettings()
    {
        foreach (var name in SettingStore.Reported)
        {
            if (Setting(name) is { } value && (!_reported.TryGetValue(name, out var told) || told != value))
            {
                _reported[name] = value;
                Reply.ParameterStatus(name, value);
            }
        }
    }

    /// <summary>The reply that is being made belongs to a statement of the application's.</summary>
    internal void MarkReply() => _isReplyCuttable = true;

    internal async ValueTask FlushAsync()
    {
        if (Reply.Length == 0)
        {
            return;
        }

        await Server.Gate.WaitAsync(Ended).ConfigureAwait(false);
        var cut = _isReplyCuttable ? Server.Faults.TakeCut() : null;
        _isReplyCuttable = false;
        var bytes = cut is { } most ? Reply.Written[..Math.Min(most, Reply.Length)] : Reply.Written;
        await _stream.WriteAsync(bytes, Ended).ConfigureAwait(false);
        Server.Cluster.Activity.Note();
        Reply.Clear();
        if (cut is not null)
        {
            throw new ConnectionLostException();
        }
    }

    /// <summary>Takes time on the cluster's clock, until it is cancelled or its time is up.</summary>
    internal async ValueTask DelayAsync(TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        // What was answered before is not held up by what takes long.
        var limit = Milliseconds("statement_timeout");
        var isTooLong = limit > TimeSpan.Zero && limit < delay;
        using var statement = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        Volatile.Write(ref _statement, statement);
        try
        {
            await Task.Delay(isTooLong ? limit : delay, Server.Cluster.Options.TimeProvider, statement.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!Ended.IsCancellationRequested)
        {
            throw new PostgresError("57014", "canceling statement due to user request");
        }
        finally
        {
            Volatile.Write(ref _statement, null);
        }

        if (isTooLong)
        {
            throw new PostgresError("57014", "canceling statement due to statement timeout");
        }
    }

    internal TimeSpan Milliseconds(string setting) => Durations.Read(Settings[setting]);

    internal void CancelStatement()
    {
        try
        {
            Volatile.Read(ref _statement)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The statement ended first.
        }
    }

    internal void Terminate(PostgresError? farewell)
    {
        try
        {
            Farewell ??= farewell;
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended first.
        }
    }

    internal async ValueTask SayFarewellAsync()
    {
        if (Farewell is { } farewell)
        {
            Reply.Clear();
            Reply.Error(farewell);
            await _stream.WriteAsync(Reply.Written, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void Dispose() => _ended.Dispose();
}
