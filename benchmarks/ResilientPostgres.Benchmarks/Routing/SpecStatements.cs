using System.Text.Json;
using ResilientPostgres.Statements;
using ResilientPostgres.Tests.Statements;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>The statements of tests/specs/statements and the kinds they are of.</summary>
static class SpecStatements
{
    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<(string Sql, StatementKind Kind, FunctionCatalog Catalog)> Read() =>
        [.. Directory.GetFiles(Path.Combine("tests", "specs", "statements"), "*.json").Order(StringComparer.Ordinal).SelectMany(ReadFile)];

    static IEnumerable<(string Sql, StatementKind Kind, FunctionCatalog Catalog)> ReadFile(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var catalog = one.TryGetProperty("catalog", out var known) ? known.Deserialize<CatalogSpec>(_json)!.ToCatalog() : FunctionCatalog.Empty;
            yield return (one.GetProperty("sql").GetString()!, Enum.Parse<StatementKind>(one.GetProperty("kind").GetString()!), catalog);
        }
    }
}
