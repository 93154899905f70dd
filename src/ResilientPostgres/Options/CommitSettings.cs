namespace ResilientPostgres.Options;

/// <summary>The commit options, frozen.</summary>
sealed record CommitSettings(bool Capture, bool FencesOrphans, bool AutocommitGuard, int LedgerCapacity)
{
    public static CommitSettings Freeze(CommitOptions options) => new(options.Capture, options.FencesOrphans, options.AutocommitGuard, options.LedgerCapacity);
}
