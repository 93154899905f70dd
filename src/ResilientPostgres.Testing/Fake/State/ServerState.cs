namespace ResilientPostgres.Testing.State;

/// <summary>What one server is: role, log, times. All members take the cluster's lock themselves.</summary>
internal sealed class ServerState(ClusterState cluster)
{
    TimeSpan _lag;
    bool _isPaused;

    internal ServerLog Log { get; } = new();

    internal ClusterState Cluster => cluster;

    internal bool IsInRecovery => Upstream is not null;

    /// <summary>The server it follows; null for a primary. It follows a server that is down as well, in vain.</summary>
    internal ServerState? Upstream { get; private set; }

    internal bool IsRunning { get; private set; } = true;

    /// <summary>Cut off from the primary's log.</summary>
    internal bool IsDisconnected { get; private set; }

    internal bool IsReadOnlyByDefault { get; set; }

    internal DateTime StartedAt { get; private set; } = cluster.NextInstant();

    internal DateTime StatsReset { get; } = cluster.NextInstant();

    internal bool IsStreaming => Upstream is { IsRunning: true } && IsRunning && !IsDisconnected && Log.Timeline == Upstream.Log.Timeline;

    internal T Look<T>(Func<ServerLog, T> look)
    {
        lock (cluster.Lock)
        {
            CatchUp();
            return look(Log);
        }
    }

    internal void Change(Action change)
    {
        lock (cluster.Lock)
        {
            CatchUp();
            change();
            CatchUp();
        }
    }

    internal void SetLag(TimeSpan lag) => Change(() => _lag = lag);

    internal void PauseReplay() => Change(() => _isPaused = true);

    internal void ResumeReplay() => Change(() => _isPaused = false);

    internal void SetConnected(bool isConnected) => Change(() =>
    {
        IsDisconnected = !isConnected;
        Fetch();
    });

    internal void Stop() => Change(() =>
    {
        IsRunning = false;
        Log.AbortAllOpen();
    });

    internal void Start() => Change(() =>
    {
        IsRunning = true;
        StartedAt = cluster.NextInstant();
        Fetch();
        cluster.FetchFrom(this);
    });

    internal void Follow(ServerState upstream) => Change(() =>
    {
        Upstream = upstream;
        IsDisconnected = false;
        _isPaused = false;
        Fetch();
    });

    internal void Rewind(ServerState upstream) => Change(() =>
    {
        Upstream = upstream;
        IsDisconnected = false;
        Log.Rewind(upstream.Log);
    });

    internal void Promote() => Change(() =>
    {
        Upstream = null;
        (_lag, _isPaused) = (default, false);
        Log.Promote(cluster.Now, cluster.NextTimeline());
    });

    /// <summary>The transaction's id; its first write takes one.</summary>
    internal ulong XidOf(FakeTransaction transaction)
    {
        lock (cluster.Lock)
        {
            return transaction.Xid ??= Log.NextXid();
        }
    }

    /// <returns>The position behind what was written.</returns>
    internal ulong Write(FakeTransaction transaction, int bytes = 128)
    {
        lock (cluster.Lock)
        {
            var record = Log.Write(cluster.Now, XidOf(transaction), bytes);
            cluster.Stream(this, record);
            return record.End;
        }
    }

    internal void Commit(FakeTransaction transaction)
    {
        lock (cluster.Lock)
        {
            if (transaction.Xid is { } xid)
            {
                cluster.Stream(this, Log.Write(cluster.Now, xid, bytes: 48, [.. transaction.Effects], isFlushed: true));
            }

            End(transaction, TransactionOutcome.Committed);
        }
    }

    /// <summary>Takes back what it was going to change since a savepoint.</summary>
    internal void Forget(FakeTransaction transaction, int effectsLeft)
    {
        lock (cluster.Lock)
        {
            foreach (var effect in transaction.Effects.Skip(effectsLeft))
            {
                if (effect.Target is TokenInsert insert)
                {
                    Log.OpenTokens.Remove(insert.Key);
                }
            }

            transaction.Effects.RemoveRange(effectsLeft, transaction.Effects.Count - effectsLeft);
        }
    }

    internal void Abort(FakeTransaction transaction)
    {
        lock (cluster.Lock)
        {
            if (transaction.Xid is { } xid && transaction.Outcome == TransactionOutcome.Open)
            {
                Log.Abort(xid);
            }

            End(transaction, TransactionOutcome.RolledBack);
        }
    }

    /// <summary>Fetches and replays what is due. Under the lock.</summary>
    internal void CatchUp()
    {
        if (Upstream is not null && !_isPaused)
        {
            Log.Replay(cluster.Now - _lag);
        }
    }

    /// <summary>What comes from the primary.</summary>
    internal void Receive(LogRecord record)
    {
        Log.Take(record);
        CatchUp();
    }

    internal void Fetch()
    {
        if (Upstream is { IsRunning: true } upstream && IsRunning && !IsDisconnected && Log.IsBeginningOf(upstream.Log))
        {
            Log.FetchFrom(upstream.Log);
        }
    }

    void End(FakeTransaction transaction, TransactionOutcome outcome)
    {
        foreach (var (key, _) in Log.OpenTokens.Where(t => t.Value == transaction).ToArray())
        {
            Log.OpenTokens.Remove(key);
        }

        transaction.End(outcome);
    }
}
