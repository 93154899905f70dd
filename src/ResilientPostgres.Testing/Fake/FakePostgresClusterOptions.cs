namespace ResilientPostgres.Testing;

/// <summary>How a <see cref="FakePostgresCluster"/> is set up.</summary>
public sealed class FakePostgresClusterOptions
{
    /// <summary>How many standbys follow the primary.</summary>
    /// <value>The default value is 1. Must be between 0 and 15.</value>
    public int Standbys { get; set; } = 1;

    /// <summary>The clock for delays, lag and the times that the servers tell. With a test's own clock the cluster stands still until that is advanced.</summary>
    /// <value>The default value is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The database in <see cref="FakePostgresCluster.ConnectionString"/>. Any other name is accepted as well.</summary>
    /// <value>The default value is <c>app</c>.</value>
    public string Database { get; set; } = "app";

    /// <summary>The role in <see cref="FakePostgresCluster.ConnectionString"/>. Any other name is accepted as well.</summary>
    /// <value>The default value is <c>app</c>.</value>
    public string Username { get; set; } = "app";

    /// <summary>The password of every role.</summary>
    /// <value>The default value is <see langword="null"/>: with <see cref="FakeAuthentication.Trust"/> none is asked for.</value>
    public string? Password { get; set; }

    /// <summary>How it is checked who connects.</summary>
    /// <value>The default value is <see cref="FakeAuthentication.Trust"/>. Any other needs a <see cref="Password"/>.</value>
    public FakeAuthentication Authentication { get; set; }

    /// <summary>The limit of sessions per server; one more is refused with SQLSTATE 53300.</summary>
    /// <value>The default value is 300. Must be at least 1.</value>
    public int MaxConnections { get; set; } = 300;

    /// <summary>The version that the servers tell.</summary>
    /// <value>The default value is <c>17.0</c>.</value>
    public string ServerVersion { get; set; } = "17.0";

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Standbys, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Standbys, 15);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, 1);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentException.ThrowIfNullOrWhiteSpace(Database);
        ArgumentException.ThrowIfNullOrWhiteSpace(Username);
        ArgumentException.ThrowIfNullOrWhiteSpace(ServerVersion);
        if (Authentication != FakeAuthentication.Trust)
        {
            ArgumentException.ThrowIfNullOrEmpty(Password);
        }
    }
}
