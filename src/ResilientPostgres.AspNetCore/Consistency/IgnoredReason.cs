namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>Why a token that came with a request does not count.</summary>
enum IgnoredReason
{
    /// <summary>Longer than any of ours.</summary>
    TooLong,

    /// <summary>Not protected by a key of ours: forged, changed, or made by an instance that does not share its keys. Or expired, which looks the same.</summary>
    Unreadable,

    /// <summary>Older than its lifetime.</summary>
    Expired,

    /// <summary>Of no cluster of ours.</summary>
    Foreign,
}
