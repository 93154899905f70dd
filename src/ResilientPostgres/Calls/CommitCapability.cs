using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Sessions;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Calls;

/// <summary>Whether the outcome of a transaction can be proven on a server, and how: asked once for each generation of an endpoint, and when the guard was changed.</summary>
sealed class CommitCapability(Cluster cluster)
{
    readonly ConcurrentDictionary<Endpoint, Known> _known = new();

    public ValueTask<bool> CanProveAsync(Session session, CancellationToken cancellationToken)
    {
        var settings = cluster.Settings.Commits;
        return !settings.Capture ? new ValueTask<bool>(false)
            : _known.TryGetValue(session.Pool.Endpoint, out var known) && known.IsOf(session.Pool, settings) ? new ValueTask<bool>(known.CanProve)
            : AskAsync(session, settings, cancellationToken);
    }

    /// <summary>How to note a transaction on a session of which it was asked before; what was asked for then counts, should the guard change meanwhile.</summary>
    public ICommitNote NoteFor(Session session, TransactionCapture capture)
    {
        if (capture.Token is null && _known.TryGetValue(session.Pool.Endpoint, out var known) && known.TokenTable is { } table)
        {
            capture.Token = new TokenNote(cluster.Ports.Tokens.MakeToken(), table, (uint)cluster.Store.Current.Timeline, cluster.Clock.Now);
        }

        return capture.Token is null ? cluster.Ports.Commits : cluster.Ports.Tokens;
    }

    async ValueTask<bool> AskAsync(Session session, CommitSettings settings, CancellationToken cancellationToken)
    {
        var table = settings.Guard == CommitGuard.TokenRow ? settings.TokenTable : null;
        string? missing;
        try
        {
            missing = table is null
                ? !HasLog(session) ? "its server tells no positions of its log (Aurora); Commits:Guard = TokenRow needs none" : await cluster.Ports.Commits.FindMissingAsync(session.Connection, cancellationToken).ConfigureAwait(false)
                : await cluster.Ports.Tokens.FindMissingAsync(session.Connection, table, settings.CreatesTokenTable, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return false; // Nothing can be written on this session, so nothing need be known; on the next one it may be otherwise.
        }

        var found = new Known(session.Pool.Generation, table, settings.CreatesTokenTable, missing is null);
        if (!IsKnown(session.Pool.Endpoint, found) && missing is not null)
        {
            cluster.Logger.ProofUnavailable(session.Pool.Endpoint.Name, missing);
        }

        return missing is null;
    }

    /// <summary>Several may have asked at once; one of them has found it first.</summary>
    bool IsKnown(Endpoint endpoint, Known found)
    {
        lock (_known)
        {
            var isKnown = _known.TryGetValue(endpoint, out var before) && before == found;
            _known[endpoint] = found;
            return isKnown;
        }
    }

    bool HasLog(Session session) => cluster.Store.State.Find(session.Pool.Endpoint)?.Facts?.HasLog != false;

    /// <param name="Generation">Of the endpoint.</param>
    /// <param name="TokenTable">Where tokens are kept; null if proofs are positions in the log.</param>
    /// <param name="WasCreating">A missing table would have been created.</param>
    /// <param name="CanProve">Nothing is missing.</param>
    sealed record Known(int Generation, string? TokenTable, bool WasCreating, bool CanProve)
    {
        public bool IsOf(ISessionPool pool, CommitSettings settings) =>
            Generation == pool.Generation
            && (settings.Guard == CommitGuard.TokenRow ? TokenTable == settings.TokenTable && WasCreating == settings.CreatesTokenTable : TokenTable is null);
    }
}
