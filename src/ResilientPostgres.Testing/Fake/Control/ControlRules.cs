using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;

namespace ResilientPostgres.Testing.Control;

/// <summary>All statements that are answered before the test's own rules are asked, so that no rule of a test comes between the library and its servers.</summary>
internal static class ControlRules
{
    static readonly ControlRule[] _library = [ProbeRules.Probe, .. PositionRules.All, .. CommitRules.All, .. CatalogRules.All];

    internal static IPlan? Find(Session session, SqlStatement statement)
    {
        var text = statement.Plain;
        if (text.Contains("pg_catalog.", StringComparison.Ordinal))
        {
            foreach (var rule in _library)
            {
                if (rule.Matches(text))
                {
                    return new ControlPlan(rule, statement);
                }
            }
        }

        if (TokenRules.Find(text) is { } token)
        {
            return new ControlPlan(token, statement);
        }

        foreach (var rule in DriverRules.All)
        {
            if (rule.Matches(text))
            {
                return new ControlPlan(rule, statement);
            }
        }

        // The names that carry their schema are the library's way to write.
        return text.StartsWith("SELECT pg_catalog.", StringComparison.Ordinal) ? SelectList.Find(statement, []) : null;
    }
}
