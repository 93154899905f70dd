using ResilientPostgres.Faults;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Faults;

/// <summary>Runs tests/specs/faults/driver.json and poolers.json.</summary>
public sealed class FaultSpecTests
{
    static readonly string[] _files = ["driver.json", "poolers.json"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (file, spec) in All())
            {
                data.Add(file, spec.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Exception_IsUnderstood(string file, string name)
    {
        var spec = SpecSet.Find<FaultCase>("faults", file, name);
        Assert.Equal(spec.Expect.ToDecision(), Decision.Of(spec.Thrown.ToException(), spec.Phase, spec.Work, spec.SessionLives));
    }

    /// <summary>A message nobody has written a case for could be misspelt for years.</summary>
    [Fact]
    public void EveryPoolerMessage_HasACase()
    {
        var texts = All().Where(static c => c.File == "poolers.json").Select(static c => (c.Spec.Thrown.SqlState, c.Spec.Thrown.Message)).ToArray();
        Assert.All(
            PoolerMessages.All,
            m => Assert.True(texts.Any(t => t.SqlState == m.Code && t.Message.StartsWith(m.Text, StringComparison.Ordinal)), $"{m.Code} {m.Text}"));
        Assert.True(All().Count() >= 60);
    }

    internal static IEnumerable<(string File, FaultCase Spec)> All() =>
        from file in _files
        from spec in SpecSet.Parse<FaultCase>(File.ReadAllText(RepositoryRoot.Of("tests", "specs", "faults", file)), $"faults/{file}").Cases
        select (file, spec);
}
