namespace ResilientPostgres.Testing;

/// <summary>How a server of a <see cref="FakePostgresCluster"/> checks who connects.</summary>
public enum FakeAuthentication
{
    /// <summary>Everyone is let in.</summary>
    Trust,

    /// <summary>By the password as it is.</summary>
    Password,

    /// <summary>By SCRAM-SHA-256.</summary>
    ScramSha256,
}
