using ResilientPostgres.Options;

namespace ResilientPostgres.Settings;

/// <summary>The commit options, frozen.</summary>
sealed record CommitSettings(bool Capture, bool FencesOrphans, bool AutocommitGuard, int LedgerCapacity)
{
    public CommitGuard Guard { get; init; }

    public string TokenTable { get; init; } = Defaults.TokenTable;

    public bool CreatesTokenTable { get; init; }

    public TimeSpan TokenRetention { get; init; } = Defaults.TokenRetention;

    public static CommitSettings Freeze(CommitOptions options, PoolerSettings pooler) => new(options.Capture, options.FencesOrphans && !pooler.IsPgpool, options.AutocommitGuard, options.LedgerCapacity)
    {
        Guard = options.Guard,
        TokenTable = options.TokenTable,
        CreatesTokenTable = options.CreatesTokenTable,
        TokenRetention = options.TokenRetention,
    };
}
