using System.Reflection;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Faults;

/// <summary>Runs tests/specs/faults/sqlstates.json: every code in every situation.</summary>
public sealed class SqlStateSpecTests
{
    const string Regenerate = "RESILIENTPOSTGRES_REGENERATE_SPECS";
    const string About = "What is made of each SQLSTATE. Written by the code, read by people: see tests/specs/README.md before regenerating it.";

    static readonly string _golden = RepositoryRoot.Of("tests", "specs", "faults", "sqlstates.json");
    static readonly string[] _codes = File.ReadAllLines(RepositoryRoot.Of("tests", "specs", "faults", "sqlstates.txt"));

    public static TheoryData<string> Cases => [.. Read().Select(static c => c.Name)];

    [Fact]
    public void Golden_IsNotBeingRegenerated()
    {
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
        {
            File.WriteAllText(_golden, SqlStateGolden.Write(_codes, About));
            Assert.Fail("regenerated, review it");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Codes_AreDecidedAsWrittenDown(string name)
    {
        var spec = Read().Single(c => c.Name == name);
        var expected = spec.Decisions
            .SelectMany(static d => Cell.Parse(d.Severity, d.At).Select(cell => (cell, Decision: d.ToDecision())))
            .ToDictionary(static p => p.cell, static p => p.Decision);
        Assert.NotEmpty(spec.Codes);
        Assert.Equal(Cell.All.ToHashSet(), expected.Keys.ToHashSet());
        foreach (var code in spec.Codes.Select(static c => c[..5]))
        {
            foreach (var (cell, decision) in expected)
            {
                var actual = SqlStateGolden.Decide(code, cell);
                Assert.True(decision == actual, $"{code} {cell}:\nexpected {decision}\nbut is   {actual}");
            }
        }
    }

    [Fact]
    public void Codes_AreThoseOfTheList_EachOnce()
    {
        var written = Read().SelectMany(static c => c.Codes).ToArray();
        Assert.Equal(_codes.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Equal(_codes.Length, _codes.Select(static c => c[..5]).Distinct().Count());
        Assert.True(_codes.Length >= 250, $"{_codes.Length} codes");
    }

    /// <summary>A code that a new version of the driver knows is missing here until somebody has thought about it.</summary>
    [Fact]
    public void List_HasEveryCodeTheDriverKnows()
    {
        var known = typeof(PostgresErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static f => (string)f.GetValue(null)!).ToHashSet();
        Assert.True(known.Count > 200, $"{known.Count}");
        Assert.Empty(known.Except(_codes.Select(static c => c[..5])));
    }

    /// <summary>The golden does without the phase Acquire: nothing was sent in either.</summary>
    [Fact]
    public void Acquire_IsDecidedAsOpen() =>
        Assert.All(
            from line in _codes from cell in Cell.All where cell.Phase == FaultPhase.Open select (Code: line[..5], Cell: cell),
            static c => Assert.Equal(SqlStateGolden.Decide(c.Code, c.Cell), SqlStateGolden.Decide(c.Code, c.Cell with { Phase = FaultPhase.Acquire })));

    [Theory]
    [InlineData("""{"about":"x","cases":[{"name":"n","codes":["40001 x"],"decisions":[],"phase":"Open"}]}""", "phase")]
    [InlineData("""{"about":"x","cases":[{"name":"n","codes":["40001 x"],"decisions":[{"severity":"ERROR","at":"Open"}]}]}""", "kind")]
    [InlineData("""{"about":"x","cases":[]}""", "no case")]
    public void Parse_UnknownMissingOrEmpty_IsRefused(string json, string field) =>
        Assert.Contains(field, Assert.Throws<InvalidDataException>(() => SpecSet.Parse<SqlStateCase>(json, "planted.json")).Message, StringComparison.Ordinal);

    static List<SqlStateCase> Read() => SpecSet.Parse<SqlStateCase>(File.ReadAllText(_golden), "faults/sqlstates.json").Cases;
}
