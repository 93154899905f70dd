using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Rules;

/// <summary>One answer of a rule.</summary>
internal sealed class CannedAnswer
{
    internal TimeSpan Delay { get; init; }

    internal IReadOnlyList<(string Severity, string SqlState, string Message)> Notices { get; init; } = [];

    /// <summary>Null where there are no rows.</summary>
    internal IReadOnlyList<Column>? Columns { get; init; }

    internal Func<FakeRequest, IReadOnlyList<object?[]>>? Rows { get; init; }

    internal Func<FakeRequest, int>? Affected { get; init; }

    internal Func<PostgresError>? Error { get; init; }

    internal bool IsConnectionLost { get; init; }

    /// <summary>Takes its time, says its notices, and fails if it is to fail.</summary>
    internal async ValueTask PrepareAsync(FakeRequest request)
    {
        await request.Session.DelayAsync(Delay).ConfigureAwait(false);
        foreach (var (severity, sqlState, message) in Notices)
        {
            request.Session.Reply.Notice(severity, sqlState, message);
        }

        if (IsConnectionLost)
        {
            throw new ConnectionLostException();
        }

        if (Error is not null)
        {
            throw Error();
        }
    }
}
