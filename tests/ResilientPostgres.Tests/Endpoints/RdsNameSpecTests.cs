using ResilientPostgres.Endpoints;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Endpoints;

/// <summary>Runs tests/specs/rds-names.</summary>
public sealed class RdsNameSpecTests
{
    public static TheoryData<string, string> Cases => SpecSet.Names<RdsNameCase>("rds-names");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Name_IsTakenApart(string file, string name)
    {
        var spec = SpecSet.Find<RdsNameCase>("rds-names", file, name);

        var parsed = RdsHostName.Parse(spec.Host);

        Assert.Equal(spec.Kind, parsed?.Kind);
        Assert.Equal(spec.Own, parsed?.Name);
        Assert.Equal(spec.Region, parsed?.Region);
        Assert.Equal(spec.Instance, parsed?.OfInstance("i-2"));
    }
}
