namespace ResilientPostgres.Client;

/// <summary>A limit on lag as a call may set it.</summary>
static class LagLimit
{
    static readonly TimeSpan _least = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan _most = TimeSpan.FromDays(1);

    public static TimeSpan? Checked(TimeSpan? limit) => limit is null || (limit >= _least && limit <= _most)
        ? limit
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, $"A limit on replication lag is between {_least} and {_most}; null for the one of the options.");
}
