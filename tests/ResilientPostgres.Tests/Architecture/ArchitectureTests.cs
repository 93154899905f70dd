using System.Text.RegularExpressions;

namespace ResilientPostgres.Tests.Architecture;

/// <summary>The house rules, read from the source text; each rule is also shown to catch a planted violation.</summary>
public sealed partial class ArchitectureTests
{
    const int MostLines = 350;
    const int MostFilesARoom = 30;

    static readonly string[] _pure = ["Topology", "Faults", "Routing"];
    static readonly string[] _impure = ["async", "await", "lock", "Lock", "ILogger", "TimeProvider", "Random", "Monitor", "Task", "Stopwatch", "DateTimeOffset"];
    static readonly string[] _connecting = ["NpgsqlDataSourceBuilder", "OpenConnectionAsync", "NpgsqlDataSource", "UnsafeAccessor"];

    static readonly IReadOnlyList<SourceFile> _files = SourceFile.All();

    [Fact]
    public void EveryFile_StandsInAKnownRoom() =>
        AssertNone(_files.Where(static f => !Rooms.Names.Contains(f.Room)).Select(static f => f.Path));

    [Fact]
    public void Arrows_PointDown() => AssertNone(Rooms.Violations(_files));

    [Theory]
    [InlineData("Topology/Planted.cs", "sealed class Planted { TopologyStore? _store; }", "Topology/Planted.cs knows TopologyStore of Monitoring")]
    [InlineData("Options/Planted.cs", "sealed class Planted(TopologySnapshot s);", "Options/Planted.cs knows TopologySnapshot of Topology")]
    [InlineData("Resilience/Planted.cs", "sealed class Planted { string S => $\"{new EndpointGauge()}\"; }", "Resilience/Planted.cs knows EndpointGauge of Topology")]
    [InlineData("Monitoring/Planted.cs", "sealed class Planted { void F() => EndpointSelector.Select(); }", "Monitoring/Planted.cs knows EndpointSelector of Routing")]
    [InlineData("Faults/Planted.cs", "sealed class Planted { HostList? H; }", "Faults/Planted.cs knows HostList of Endpoints")]
    [InlineData("Diagnostics/Planted.cs", "sealed class Planted { TopologyState? S; }", "Diagnostics/Planted.cs knows TopologyState of Topology")]
    [InlineData("Monitoring/Planted.cs", "sealed class Planted { object F(object o) => o is Session ? new Session() : (Session)o; }", "Monitoring/Planted.cs knows Session of Sessions")]
    [InlineData("Routing/Planted.cs", "sealed class Planted { ResilientPostgres.Monitoring.ProbePace? P; }", "Routing/Planted.cs knows ProbePace of Monitoring")]
    [InlineData("Client/Planted.cs", "sealed class Planted { EndpointPools? P; }", "Client/Planted.cs knows EndpointPools of Postgres")]
    public void Arrows_PlantedViolation_IsFound(string path, string code, string expected) =>
        Assert.Contains(expected, Rooms.Violations([.. _files, SourceFile.FromText(path, code)]));

    [Fact]
    public void Arrows_CommentsAndStrings_AreNoMention() =>
        Assert.DoesNotContain(
            Rooms.Violations([.. _files, SourceFile.FromText(
                "Options/Planted.cs", "// TopologyStore\n/* TopologyStore */ /// <see cref=\"TopologyStore\"/>\nsealed class Planted { string S = \"TopologyStore\", T = $\"TopologyStore {1}\", U = @\"TopologyStore\"; char C = '\"'; }")]),
            static v => v.StartsWith("Options/Planted.cs", StringComparison.Ordinal));

    [Fact]
    public void OneTypeAFile_WithTheFilesName() => AssertNone(_files.SelectMany(Misnamed));

    [Fact]
    public void OneTypeAFile_PlantedViolation_IsFound()
    {
        Assert.NotEmpty(Misnamed(SourceFile.FromText("Topology/Other.cs", "sealed class Planted;")));
        Assert.NotEmpty(Misnamed(SourceFile.FromText("Topology/Planted.cs", "sealed class Planted;\nsealed record Second(int X);")));
        Assert.Empty(Misnamed(SourceFile.FromText("Topology/Planted.cs", "public sealed partial class Planted\n{\n    enum Inner;\n}")));
        Assert.Empty(Misnamed(SourceFile.FromText("Topology/Planted.More.cs", "sealed partial class Planted;")));
    }

    [Fact]
    public void PureRooms_HaveNoClockLockLoggerOrTask() => AssertNone(_files.SelectMany(Impurities));

    [Theory]
    [InlineData("async", "sealed class Planted { async void F() { } }")]
    [InlineData("lock", "sealed class Planted { void F() { lock (this) { } } }")]
    [InlineData("ILogger", "sealed class Planted(ILogger l);")]
    [InlineData("TimeProvider", "sealed class Planted(TimeProvider t);")]
    public void PureRooms_PlantedViolation_IsFound(string what, string code) =>
        Assert.Contains($"Routing/Planted.cs: {what}", Impurities(SourceFile.FromText("Routing/Planted.cs", code)));

    [Fact]
    public void OnlyPostgres_OpensConnectionsAndWritesSql() => AssertNone(_files.SelectMany(ForeignAccess));

    [Fact]
    public void OnlyPostgres_PlantedViolation_IsFound()
    {
        Assert.NotEmpty(ForeignAccess(SourceFile.FromText("Client/Planted.cs", "sealed class Planted { string S = \"SELECT pg_catalog.now()\"; }")));
        Assert.NotEmpty(ForeignAccess(SourceFile.FromText("Client/Planted.cs", "sealed class Planted { string S = \"\"\"\n  select 1\n  \"\"\"; }")));
        Assert.NotEmpty(ForeignAccess(SourceFile.FromText("Monitoring/Planted.cs", "sealed class Planted { object F() => new NpgsqlDataSourceBuilder(); }")));
        Assert.Empty(ForeignAccess(SourceFile.FromText("Postgres/Planted.cs", "sealed class Planted { string S = \"SELECT 1\"; }")));
    }

    [Fact]
    public void OnlyResilience_NamesPolly() =>
        AssertNone(_files.Where(static f => f.Room != "Resilience" && f.Identifiers.Any(static i => i.StartsWith("Polly", StringComparison.Ordinal))).Select(static f => f.Path));

    [Fact]
    public void Files_AreShort_AndRoomsAreSmall()
    {
        AssertNone(_files.Where(static f => f.LineCount > MostLines).Select(static f => $"{f.Path}: {f.LineCount} lines"));
        AssertNone(_files.GroupBy(static f => f.Room).Where(static g => g.Count() > MostFilesARoom).Select(static g => $"{g.Key}: {g.Count()} files"));
        var lengths = _files.Select(static f => f.LineCount).Order().ToArray();
        Assert.True(lengths[lengths.Length / 2] <= 50, $"median {lengths[lengths.Length / 2]} lines");
        Assert.True(lengths[lengths.Length * 9 / 10] <= 150, $"p90 {lengths[lengths.Length * 9 / 10]} lines");
    }

    [Fact]
    public void Methods_AreShort_AndTakeFewParameters()
    {
        AssertNone(_files.SelectMany(static f => LongMethods(f, 60)));
        Assert.NotEmpty(LongMethods(SourceFile.FromText("Client/Planted.cs", "class Planted\n{\n    void F()\n    {\n" + new string('\n', 70) + "    }\n}\n"), 60));
    }

    [Fact]
    public void NoRegionAndNoTodo() =>
        AssertNone(_files.Where(static f => f.Code.Contains("#region", StringComparison.Ordinal) || f.Code.Contains("TODO", StringComparison.Ordinal)).Select(static f => f.Path));

    [Fact]
    public void NotUsedWords_NameNoType() =>
        AssertNone(_files.SelectMany(static f => f.Declared).Where(static d => BadName().IsMatch(d)));

    static IEnumerable<string> Misnamed(SourceFile file)
    {
        if (file.Declared.Count != 1)
        {
            yield return $"{file.Path} declares [{string.Join(", ", file.Declared)}]";
        }
        else if (file.Declared[0] != file.Name.Split('.')[0])
        {
            yield return $"{file.Path} declares {file.Declared[0]}";
        }
    }

    static IEnumerable<string> Impurities(SourceFile file) =>
        _pure.Contains(file.Room) ? _impure.Where(i => file.Mentions(i) && !IsWakeUp(file, i)).Select(i => $"{file.Path}: {i}") : [];

    /// <summary>A snapshot carries the task by which its waiters learn that it is old: a value, not a thread.</summary>
    static bool IsWakeUp(SourceFile file, string identifier) => identifier == "Task" && file.Path == "Topology/TopologySnapshot.cs";

    // The data source and its builder are the user's ways in: they name Npgsql's types in their signatures, and open nothing.
    static IEnumerable<string> ForeignAccess(SourceFile file) =>
        file.Room == "Postgres" ? [] : file.Strings.Where(static s => Sql().IsMatch(s)).Select(s => $"{file.Path}: {s}")
            .Concat(_connecting.Where(file.Mentions).Where(c => !IsWayIn(file, c)).Select(c => $"{file.Path}: {c}"))
            .Concat(NewConnection().IsMatch(file.Code) ? [$"{file.Path}: new NpgsqlConnection"] : []);

    static bool IsWayIn(SourceFile file, string identifier) =>
        (file.Room == "DependencyInjection" && identifier == "NpgsqlDataSourceBuilder")
        || (file.Path.StartsWith("Client/ResilientDataSource", StringComparison.Ordinal) && identifier == "OpenConnectionAsync");

    static IEnumerable<string> LongMethods(SourceFile file, int most)
    {
        // A member's body opens and closes at four spaces.
        var lines = file.Code.Split('\n');
        var opened = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd() == "    {")
            {
                opened = i;
            }
            else if (opened >= 0 && lines[i].StartsWith("    }", StringComparison.Ordinal))
            {
                if (i - opened - 1 > most)
                {
                    yield return $"{file.Path}:{opened}: {i - opened - 1} lines";
                }

                opened = -1;
            }
        }
    }

    static void AssertNone(IEnumerable<string> violations)
    {
        var found = violations.ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [GeneratedRegex("""^[$@"\s]*(?:SELECT\s+\S|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|SET\s+\w+\s*(?:=|TO\s)|DISCARD\s+ALL|SHOW\s+\w+\s*"|(?:BEGIN|COMMIT|ROLLBACK)\s*;)|pg_catalog\.""", RegexOptions.IgnoreCase)]
    private static partial Regex Sql();

    [GeneratedRegex("""new\s+(?:Npgsql\.)?NpgsqlConnection\s*\(""")]
    private static partial Regex NewConnection();

    [GeneratedRegex("(?:Manager|Helper|Util|Utils|Service|Info|Data|Policy)$")]
    private static partial Regex BadName();
}
