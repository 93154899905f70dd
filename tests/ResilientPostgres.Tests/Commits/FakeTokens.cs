using System.Threading.Channels;
using Npgsql;
using ResilientPostgres.Commits;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Commits;

/// <summary>A table of tokens that is only ever purged.</summary>
sealed class FakeTokens : ITokenControl
{
    public string? SteadyText => null;

    readonly Channel<TimeSpan> _purges = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>What each purge leaves behind.</summary>
    public Queue<bool> MayBeMore { get; } = new();

    public int Purges { get; private set; }

    public ValueTask<TimeSpan> NextPurgeAsync() => _purges.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public Task<bool> PurgeAsync(NpgsqlConnection connection, string table, TimeSpan retention, CancellationToken cancellationToken)
    {
        Purges++;
        _purges.Writer.TryWrite(retention);
        return Task.FromResult(MayBeMore.TryDequeue(out var more) && more);
    }

    public Guid MakeToken() => throw new NotSupportedException();

    public string CaptureText(NpgsqlConnection connection, TransactionCapture capture) => throw new NotSupportedException();

    public ICommitProof ReadCapture(NpgsqlConnection connection, TransactionCapture capture, NpgsqlDataReader row, long systemIdentifier) => throw new NotSupportedException();

    public Task<ICommitProof?> CaptureAsync(NpgsqlConnection connection, TransactionCapture capture, long systemIdentifier, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ServerFacts> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TokenClaim> LookAsync(NpgsqlConnection connection, TokenNote note, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TokenClaim> ClaimAsync(NpgsqlConnection connection, TokenNote note, TimeSpan patience, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<string?> FindMissingAsync(NpgsqlConnection connection, string table, bool creates, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
