namespace ResilientPostgres.Testing;

/// <summary>Which processes of a server are killed.</summary>
public enum KillScope
{
    /// <summary>Only the postmaster. Its children notice and end by themselves within milliseconds.</summary>
    Postmaster,

    /// <summary>The postmaster and all its children, in that order: no session says goodbye.</summary>
    AllProcesses,
}
