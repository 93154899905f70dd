using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Tests.Options;

public sealed class HostListTests
{
    [Theory]
    [InlineData("pg-a", 5432, "pg-a:5432")]
    [InlineData("pg-a,pg-b:5433", 5432, "pg-a:5432 pg-b:5433")]
    [InlineData("pg-a , pg-b", 6000, "pg-a:6000 pg-b:6000")]
    [InlineData("pg-a,,pg-b,", 5432, "pg-a:5432 pg-b:5432")]
    [InlineData("10.0.0.1:6432", 5432, "10.0.0.1:6432")]
    [InlineData("[::1]:5433", 5432, "[::1]:5433")]
    [InlineData("[2001:db8::7]", 5432, "[2001:db8::7]:5432")]
    [InlineData("2001:db8::7", 5432, "[2001:db8::7]:5432")]
    [InlineData("/var/run/postgresql", 5432, "/var/run/postgresql:5432")]
    [InlineData("/var/run/postgresql,pg-b:6000", 5433, "/var/run/postgresql:5433 pg-b:6000")]
    public void Parse_SplitsAsNpgsqlDoes(string hosts, int port, string expected)
    {
        var failures = new List<string>();
        var endpoints = HostList.Parse(hosts, port, failures);
        Assert.Empty(failures);
        Assert.Equal(expected, string.Join(' ', endpoints.Select(static e => e.Name)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    public void Parse_Nothing_IsEmpty(string? hosts) => Assert.Empty(HostList.Parse(hosts, 5432, []));

    [Theory]
    [InlineData("pg-a:x")]
    [InlineData("pg-a:-1")]
    [InlineData("pg-a:0")]
    [InlineData("pg-a:65536")]
    [InlineData("[::1]:x")]
    [InlineData("pg-a:99999999999")]
    public void Parse_BadPort_FailsAndKeepsTheOthers(string bad)
    {
        var failures = new List<string>();
        var endpoints = HostList.Parse($"{bad},pg-b", 5432, failures);
        Assert.Single(failures);
        Assert.Equal("pg-b:5432", Assert.Single(endpoints).Name);
    }

    [Fact]
    public void Endpoint_EqualByHostAndPort_WhateverElse()
    {
        var one = new Endpoint("pg-a", weight: 1);
        var same = new Endpoint("PG-A", weight: 9, canBecomePrimary: false);
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, new Endpoint("pg-a", 5433));
        Assert.False(EndpointComparer.Whole.Equals(one, same));
        Assert.True(EndpointComparer.Whole.Equals(one, new Endpoint("pg-a")));
        Assert.False(EndpointComparer.Whole.Equals(one, new Endpoint("pg-a", labels: new Dictionary<string, string> { ["zone"] = "x" })));
    }
}
