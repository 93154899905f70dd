using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using ResilientPostgres.Options;

namespace ResilientPostgres.Settings;

/// <summary>The options of statement routing, frozen. Two are equal if they say the same.</summary>
sealed class StatementSettings : IEquatable<StatementSettings>
{
    string _said = "";

    public required bool Enabled { get; init; }
    public required ImmutableArray<string> ReadOnlyFunctions { get; init; }
    public required ImmutableArray<string> WriteFunctions { get; init; }
    public required ImmutableArray<RoutingRule> Rules { get; init; }
    public required TimeSpan CatalogRefreshInterval { get; init; }
    public required int CachedStatements { get; init; }
    public required int? PreparedStatements { get; init; }

    public static StatementSettings Freeze(StatementRoutingOptions options, string connectionString)
    {
        var application = new NpgsqlConnectionStringBuilder(connectionString).ApplicationName;
        return new StatementSettings
        {
            Enabled = options.Enabled,
            ReadOnlyFunctions = [.. options.ReadOnlyFunctions],
            WriteFunctions = [.. options.WriteFunctions],
            Rules = [.. options.Rules.Select(r => RoutingRule.Freeze(r, application)).OfType<RoutingRule>()],
            CatalogRefreshInterval = options.CatalogRefreshInterval,
            CachedStatements = options.CachedStatements,
            PreparedStatements = options.PreparedStatements,
            _said = Say(options),
        };
    }

    /// <summary>How many statements are prepared on a session there. Through a pooler none: PgBouncer may not know them, and pgpool binds each to the server it chose for it once.</summary>
    public int PreparedOn(Endpoint endpoint, PoolerSettings pooler, bool isPooled) =>
        PreparedStatements ?? (isPooled || (pooler.IsAny && !endpoint.IsBackend) ? 0 : Defaults.PreparedStatements);

    public bool Equals(StatementSettings? other) => other is not null && _said == other._said;

    public override bool Equals(object? obj) => Equals(obj as StatementSettings);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_said);

    static string Say(StatementRoutingOptions o) => string.Create(
        CultureInfo.InvariantCulture,
        $"{o.Enabled}|{string.Join(',', o.ReadOnlyFunctions)}|{string.Join(',', o.WriteFunctions)}|{o.CatalogRefreshInterval}|{o.CachedStatements}|{o.PreparedStatements}|{string.Join('\n', o.Rules.Select(static r => $"{r.Statement}\t{r.Label}\t{r.Application}\t{r.EndpointLabel}\t{r.ReadPreference}"))}");
}
