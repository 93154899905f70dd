namespace ResilientPostgres.TestServers;

/// <summary>What the server does instead of answering.</summary>
public enum DnsFault
{
    None,

    /// <summary>NXDOMAIN, whatever is set for the name.</summary>
    NoSuchName,

    /// <summary>SERVFAIL.</summary>
    ServerFailure,

    /// <summary>REFUSED.</summary>
    Refused,

    /// <summary>Nothing is sent.</summary>
    NoAnswer,

    /// <summary>Over UDP an empty answer with the truncation bit; over TCP the whole one.</summary>
    Truncated,
}
