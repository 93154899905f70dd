using System.Collections.Frozen;

namespace ResilientPostgres.Faults;

/// <summary>What each SQLSTATE means. The most specific row wins: a code before its class, and with its own scope before any.</summary>
static partial class SqlStateTable
{
    static readonly FrozenDictionary<(string Code, SqlStateScope Scope), SqlStateRow> _rows =
        Rows.Where(static r => r.Text is null).ToFrozenDictionary(static r => (r.Code, r.Scope));

    static readonly FrozenDictionary<string, SqlStateRow[]> _byText =
        Rows.Where(static r => r.Text is not null).GroupBy(static r => r.Code).ToFrozenDictionary(static g => g.Key, static g => g.ToArray());

    /// <summary>All rows, in the order of the codes.</summary>
    public static IEnumerable<SqlStateRow> Rows => [.. DefaultRows, .. StatementRows, .. ServerRows];

    /// <summary>No code matters here: nothing that SQL can raise has this severity.</summary>
    public static SqlStateRow Panic { get; } = new(
        "", SqlStateScope.Fatal, FaultKind.ConnectionLost, EndpointEffect.Suspect, Repeat.Yes, "PANIC: the server goes down with all its sessions");

    static SqlStateRow[] DefaultRows =>
    [
        new("", SqlStateScope.Error, FaultKind.Statement, EndpointEffect.None, Repeat.Never, "A code without a row, as ERROR: it is about the statement"),
        new("", SqlStateScope.Fatal, FaultKind.ConnectionLost, EndpointEffect.Check, Repeat.Once, "A code without a row, as FATAL: the session is over, nobody says why"),
        new("", SqlStateScope.Login, FaultKind.ConnectFailed, EndpointEffect.Check, Repeat.Yes, "A code without a row, at login: no session, nobody says why"),
    ];

    /// <param name="code">The SQLSTATE as it came.</param>
    /// <param name="text">The primary message as it came.</param>
    /// <param name="severity"><see cref="SqlStateScope.Error"/> or <see cref="SqlStateScope.Fatal"/>.</param>
    /// <param name="isLogin">It answered our login.</param>
    public static SqlStateRow Find(string code, string text, SqlStateScope severity, bool isLogin)
    {
        if (_byText.TryGetValue(code, out var candidates))
        {
            foreach (var row in candidates)
            {
                if (row.Scope == severity && !isLogin && text.Contains(row.Text!, StringComparison.Ordinal))
                {
                    return row;
                }
            }
        }

        // What a code tells about a statement it does not tell about a login, whatever the severity.
        var scope = isLogin ? SqlStateScope.Login : severity;
        var isFound = TryFind(code, scope, out var found) || (code.Length == 5 && TryFind(code[..2], scope, out found));
        return isFound ? found : _rows[("", scope)];
    }

    static bool TryFind(string key, SqlStateScope scope, out SqlStateRow row) =>
        _rows.TryGetValue((key, scope), out row) || _rows.TryGetValue((key, SqlStateScope.Any), out row);
}
