using System.Data;

namespace ResilientPostgres;

/// <summary>How a transaction runs.</summary>
public sealed record TransactOptions
{
    internal static readonly TransactOptions Default = new();

    /// <summary>Its isolation level.</summary>
    /// <value>The default is the server's (<c>default_transaction_isolation</c>, READ COMMITTED unless changed).</value>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.Unspecified;

    /// <summary>The server refuses writes in it; nothing is noted of it.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IsReadOnly { get; init; }

    /// <summary>With <see cref="IsolationLevel.Serializable"/> and <see cref="IsReadOnly"/>: waits until it can run without ever failing to serialize.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IsDeferrable { get; init; }

    /// <summary>How often it may be run in all, 1 to 101.</summary>
    /// <value>The default is what <see cref="RetryOptions.MaxRetries"/> allows.</value>
    public int? MaxAttempts { get; init; }

    /// <summary>What the ledger of acknowledged transactions keeps of it, to name it should a failover lose it.</summary>
    public string? Tag { get; init; }
}
