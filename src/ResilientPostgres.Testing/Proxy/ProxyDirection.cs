namespace ResilientPostgres.Testing;

/// <summary>Which way bytes go through a <see cref="ChaosProxy"/>.</summary>
[Flags]
public enum ProxyDirection
{
    /// <summary>Neither way.</summary>
    None = 0,

    /// <summary>From the client to the server: requests.</summary>
    ToServer = 1,

    /// <summary>From the server to the client: replies.</summary>
    ToClient = 2,

    /// <summary>Both ways.</summary>
    Both = ToServer | ToClient,
}
