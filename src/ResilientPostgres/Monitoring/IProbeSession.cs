using ResilientPostgres.Topology;

namespace ResilientPostgres.Monitoring;

/// <summary>One session of a monitor.</summary>
interface IProbeSession : IAsyncDisposable
{
    /// <summary>One statement, all the facts. It may hang with the server; the caller keeps the time.</summary>
    Task<ServerFacts> ProbeAsync();

    /// <summary>Waits for the server to say something of itself: throws when the session ends, in milliseconds for a dying server.</summary>
    Task WaitForNewsAsync(CancellationToken cancellationToken);

    /// <summary>Ends the session without a word to a server that does not answer.</summary>
    void Abort();
}
