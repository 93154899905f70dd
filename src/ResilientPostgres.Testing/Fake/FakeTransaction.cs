using ResilientPostgres.Testing.State;

namespace ResilientPostgres.Testing;

/// <summary>A transaction on a server of a <see cref="FakePostgresCluster"/>: one that was begun, or the one that a statement by itself has.</summary>
public sealed class FakeTransaction
{
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile TransactionOutcome _outcome;

    internal FakeTransaction(int processId) => ProcessId = processId;

    /// <summary>Whether it was begun by a statement, and not made around one.</summary>
    public bool IsExplicit { get; internal set; }

    /// <summary>Its id in the log; null as long as it has written nothing.</summary>
    public ulong? Xid { get; internal set; }

    /// <summary>What has become of it by now.</summary>
    public TransactionOutcome Outcome => _outcome;

    internal int ProcessId { get; }

    internal bool IsReadOnly { get; set; }

    internal string? Isolation { get; set; }

    /// <summary>What it changes where its commit is applied.</summary>
    internal List<Action<TokenStore>> Effects { get; } = [];

    internal Task Ended => _ended.Task;

    internal void End(TransactionOutcome outcome)
    {
        _outcome = outcome;
        _ended.TrySetResult();
    }
}
