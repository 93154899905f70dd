using System.Collections.Frozen;

namespace ResilientPostgres.Faults;

/// <summary>The words by which poolers say what their codes don't: PgBouncer calls everything 08P01, pgpool nearly everything XX000.</summary>
static partial class PoolerMessages
{
    /// <summary>pgpool refuses a client it has no process for before it has read anything; the driver, waiting for an answer about TLS, says only this.</summary>
    public const string RefusedBeforeTls = "Received unknown response E for SSLRequest";

    static readonly FrozenDictionary<string, PoolerMessage[]> _byCode =
        All.GroupBy(static m => m.Code).ToFrozenDictionary(static g => g.Key, static g => g.ToArray());

    /// <summary>All of them.</summary>
    public static IEnumerable<PoolerMessage> All => [.. PgBouncer, .. Pgpool];

    /// <summary>The message, if it is a pooler's.</summary>
    public static PoolerMessage? Find(string code, string text, SqlStateScope severity, bool isLogin)
    {
        if (_byCode.TryGetValue(code, out var candidates))
        {
            foreach (var message in candidates)
            {
                var isInScope = message.Scope == SqlStateScope.Any || message.Scope == severity || (message.Scope == SqlStateScope.Login && isLogin);
                if (isInScope && text.StartsWith(message.Text, StringComparison.Ordinal))
                {
                    return message;
                }
            }
        }

        return null;
    }
}
