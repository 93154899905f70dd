namespace ResilientPostgres.Dns.Lookup;

/// <summary>How a question ended.</summary>
enum ReplyStatus
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name server answers that there are none.</summary>
    None,

    /// <summary>Nobody could say.</summary>
    Failed,
}
