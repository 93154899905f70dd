using ResilientPostgres.Tests.Fake.Conformance;

namespace ResilientPostgres.Tests.Fake;

/// <summary>The fake answers, message by message, what a real server answered.</summary>
public sealed class ConformanceTests
{
    static readonly IReadOnlyList<ProtocolCase> _cases = ProtocolSpec.Load(RepositoryRoot.Of("tests", "specs", "protocol"));

    public static TheoryData<string> Names => [.. _cases.Select(static c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fake_AnswersLikeAServer(string name)
    {
        var play = _cases.Single(c => c.Name == name);

        Assert.Equal(play.Expected, await ConformanceRun.OnFakeAsync(play));
    }

    [Fact]
    public void There_AreEnough() => Assert.True(_cases.Count >= 150 && _cases.All(static c => c.Expected.Count > 0));
}
