using System.Text.RegularExpressions;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Control;

/// <summary>The library's tables of commit tokens, by the texts that it sends to them.</summary>
internal static partial class TokenRules
{
    const string Table = "\"(?<table>[^\"]+\"\\.\"[^\"]+)\"";
    const string Token = "'(?<token>[0-9a-f-]{36})'";

    static readonly IReadOnlyList<Column> _noted = ControlRule.Typed("xid8", "int4", "timestamptz", "timestamptz");

    static readonly (Regex Pattern, IReadOnlyList<Column>? Columns, Func<Session, Match, object?[], ValueTask<Outcome>> Answer)[] _all =
    [
        (Note(), _noted, TokenTable.NoteAsync),
        (NoteIfWritten(), _noted, TokenTable.NoteIfWrittenAsync),
        (Look(), ControlRule.Typed("bool", "bool"), TokenTable.LookAsync),
        (Claim(), null, TokenTable.ClaimAsync),
        (Insert(), null, TokenTable.TryAsync),
        (Select(), ControlRule.Typed("uuid", "bool", "timestamptz"), TokenTable.TryAsync),
        (Delete(), null, TokenTable.TryAsync),
        (CreateSchema(), null, TokenTable.CreateSchemaAsync),
        (Create(), null, TokenTable.CreateAsync),
        (Purge(), null, TokenTable.PurgeAsync),
    ];

    internal static ControlRule? Find(string text)
    {
        if (!text.Contains("token", StringComparison.Ordinal) && !text.EndsWith(" WHERE false", StringComparison.Ordinal) && !text.StartsWith("CREATE SCHEMA IF NOT EXISTS ", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var (pattern, columns, answer) in _all)
        {
            if (pattern.Match(text) is { Success: true } match)
            {
                return new ControlRule(static _ => true, columns, (session, _, parameters) => answer(session, match, parameters));
            }
        }

        return null;
    }

    [GeneratedRegex($"^WITH note AS \\(INSERT INTO {Table} \\(token\\) VALUES \\({Token}\\)\\) SELECT pg_catalog")]
    private static partial Regex Note();

    [GeneratedRegex($"^WITH a AS \\(SELECT pg_catalog.pg_current_xact_id_if_assigned\\(\\) AS xid\\), note AS \\(INSERT INTO {Table} \\(token\\) SELECT {Token} FROM a")]
    private static partial Regex NoteIfWritten();

    [GeneratedRegex($"^SELECT \\(SELECT is_claim FROM {Table} WHERE token OPERATOR\\(pg_catalog.=\\) {Token}\\), pg_catalog.pg_is_in_recovery\\(\\)$")]
    private static partial Regex Look();

    [GeneratedRegex($"^INSERT INTO {Table} \\(token, is_claim\\) VALUES \\({Token}, true\\)$")]
    private static partial Regex Claim();

    [GeneratedRegex($"^INSERT INTO {Table} \\(token, is_claim\\) SELECT NULL, true WHERE false$")]
    private static partial Regex Insert();

    [GeneratedRegex($"^SELECT token, is_claim, at FROM {Table} WHERE false$")]
    private static partial Regex Select();

    [GeneratedRegex($"^DELETE FROM {Table} WHERE false$")]
    private static partial Regex Delete();

    [GeneratedRegex("^CREATE SCHEMA IF NOT EXISTS (?<schema>[a-z_][a-z0-9_]*)$")]
    private static partial Regex CreateSchema();

    [GeneratedRegex("^CREATE TABLE IF NOT EXISTS (?<schema>[^ .]+)\\.(?<name>[^ .]+) \\(token uuid PRIMARY KEY, is_claim boolean")]
    private static partial Regex Create();

    [GeneratedRegex($"^DELETE FROM {Table} WHERE token OPERATOR\\(pg_catalog.=\\) ANY \\(ARRAY\\( ?SELECT token FROM .* LIMIT (?<most>[0-9]+) FOR UPDATE")]
    private static partial Regex Purge();
}
