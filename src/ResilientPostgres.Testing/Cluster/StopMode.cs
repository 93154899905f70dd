namespace ResilientPostgres.Testing;

/// <summary>How a server is asked to stop: PostgreSQL's own three ways.</summary>
public enum StopMode
{
    /// <summary>Sessions are ended, a checkpoint is written and standbys get all the WAL (SIGINT). A planned restart.</summary>
    Fast,

    /// <summary>All processes quit at once with no checkpoint (SIGQUIT). The next start recovers as after a crash.</summary>
    Immediate,

    /// <summary>No new sessions; the server stops when the last client has gone (SIGTERM).</summary>
    Smart,
}
