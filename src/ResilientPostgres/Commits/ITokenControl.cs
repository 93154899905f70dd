using Npgsql;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Commits;

/// <summary>The statements around the table of tokens.</summary>
interface ITokenControl : ICommitNote
{
    /// <summary>A token that nobody else has.</summary>
    Guid MakeToken();

    /// <summary>Asks a writer about itself.</summary>
    Task<ServerFacts> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken);

    /// <summary>Only looks for the token.</summary>
    Task<TokenClaim> LookAsync(NpgsqlConnection connection, TokenNote note, CancellationToken cancellationToken);

    /// <summary>Inserts the token unless it is there. Waits so long for somebody who has inserted it and is still open.</summary>
    Task<TokenClaim> ClaimAsync(NpgsqlConnection connection, TokenNote note, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Why tokens can't be kept on this server, with the remedy; null if they can.</summary>
    /// <param name="connection">A session without a transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="creates">Create it where it is missing.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<string?> FindMissingAsync(NpgsqlConnection connection, string table, bool creates, CancellationToken cancellationToken);

    /// <summary>Deletes some of the tokens that are older.</summary>
    /// <returns>Whether there may be more.</returns>
    Task<bool> PurgeAsync(NpgsqlConnection connection, string table, TimeSpan retention, CancellationToken cancellationToken);
}
