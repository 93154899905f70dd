using ResilientPostgres.Iam;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Aws;

/// <summary>Runs tests/specs/rds-hosts.</summary>
public sealed class RegionSpecTests
{
    public static TheoryData<string, string> Cases => SpecSet.Names<RegionCase>("rds-hosts");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Host_TellsItsRegion(string file, string name)
    {
        var spec = SpecSet.Find<RegionCase>("rds-hosts", file, name);
        Assert.Equal(spec.Region, RdsRegion.Of(spec.Host));
    }

    [Fact]
    public void UnknownField_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => SpecSet.Parse<RegionCase>("""{"about":"x","cases":[{"name":"n","host":"h","region":null,"regoin":"r"}]}""", "planted.json"));
}
