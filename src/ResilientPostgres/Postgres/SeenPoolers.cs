using System.Collections.Concurrent;

namespace ResilientPostgres.Postgres;

/// <summary>
/// Endpoints behind which a pooler gave itself away: a session there is not one of the server's, so that what is prepared on it may be missing a moment later. Seen by the
/// first probe, which comes before the first pool.
/// </summary>
sealed class SeenPoolers
{
    readonly ConcurrentDictionary<Endpoint, bool> _seen = new();

    public bool Has(Endpoint endpoint) => _seen.ContainsKey(endpoint);

    /// <param name="endpoint">Which was asked.</param>
    /// <param name="told">The process that a session was told at its start.</param>
    /// <param name="answered">The process that answered on it.</param>
    public void Note(Endpoint endpoint, int told, int answered)
    {
        if (told != answered)
        {
            _seen[endpoint] = true;
        }
        else if (!_seen.IsEmpty)
        {
            _seen.TryRemove(endpoint, out _);
        }
    }
}
