using ResilientPostgres.Tests.Lag;
using ResilientPostgres.Tests.Routing;
using ResilientPostgres.Tests.Topology;

namespace ResilientPostgres.Tests.Specs;

public sealed class SpecSetTests
{
    const string Probe = """{"probed":{"endpoint":"a","sentAt":0}}""";
    const string Expect = """{"status":"Unknown","timeline":0,"settled":false,"endpoints":{},"events":[]}""";

    [Theory]
    [InlineData("""{"about":"x","cases":[],"extra":1}""", "extra")]
    [InlineData("""{"about":"x","cases":[{"name":"n","endpoints":[],"phases":[],"polcy":"RefuseWrites"}]}""", "polcy")]
    [InlineData("""{"about":"x","cases":[{"name":"n","endpoints":[{"name":"a","wieght":1}],"phases":[]}]}""", "wieght")]
    [InlineData("""{"about":"x","cases":[{"name":"n","endpoints":[],"phases":[{"observations":[{"probed":{"endpoint":"a","sentAt":0,"inRecovry":true}}],"expect":""" + Expect + "}]}]}", "inRecovry")]
    [InlineData("""{"about":"x","cases":[{"name":"n","endpoints":[],"phases":[{"observations":[""" + Probe + """],"expect":{"status":"Unknown","timeline":0,"settled":false,"endpoints":{},"events":[],"primry":"a"}}]}]}""", "primry")]
    [InlineData("""{"about":"x","cases":[{"name":"n","endpoints":[],"phases":[{"observations":[""" + Probe + """]}]}]}""", "expect")]
    public void Parse_UnknownOrMissingField_IsRefusedByName(string json, string field)
    {
        var refused = Assert.Throws<InvalidDataException>(() => SpecSet.Parse<TopologyCase>(json, "planted.json"));
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
        Assert.Contains("planted.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NoCase_IsRefused()
    {
        const string json = """{"about":"x","cases":[]}""";
        Assert.Throws<InvalidDataException>(() => SpecSet.Parse<TopologyCase>(json, "empty.json"));
        Assert.Throws<InvalidDataException>(() => SpecSet.Parse<RoutingCase>(json, "empty.json"));
        Assert.Throws<InvalidDataException>(() => SpecSet.Parse<LagCase>(json, "empty.json"));
    }

    [Fact]
    public void Files_EmptyFolder_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("specs");
        try
        {
            Assert.Throws<InvalidDataException>(() => SpecSet.Files(folder.FullName));
        }
        finally
        {
            folder.Delete();
        }
    }

    [Theory]
    [InlineData("topology", 40)]
    [InlineData("routing", 40)]
    [InlineData("lag", 12)]
    public void Folder_HasItsCases(string folder, int least)
    {
        var count = folder switch
        {
            "topology" => SpecSet.Names<TopologyCase>(folder).Count(),
            "routing" => SpecSet.Names<RoutingCase>(folder).Count(),
            _ => SpecSet.Names<LagCase>(folder).Count(),
        };
        Assert.True(count >= least, $"{folder} has {count} cases");
    }
}
