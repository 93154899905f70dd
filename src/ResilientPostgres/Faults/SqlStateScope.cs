namespace ResilientPostgres.Faults;

/// <summary>Which answers with a code a row is about.</summary>
enum SqlStateScope
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>ERROR: about the statement; the session goes on.</summary>
    Error,

    /// <summary>FATAL: the session is over.</summary>
    Fatal,

    /// <summary>An answer to our login, whatever its severity.</summary>
    Login,
}
