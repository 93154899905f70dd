using ResilientPostgres.Settings;


namespace ResilientPostgres.Tests.Options;

public sealed class ConnectionStringPartsTests
{
    [Theory]
    [InlineData("any", ReadPreference.Any)]
    [InlineData("primary", ReadPreference.Primary)]
    [InlineData("read-write", ReadPreference.Primary)]
    [InlineData("standby", ReadPreference.Standby)]
    [InlineData("read-only", ReadPreference.Standby)]
    [InlineData("prefer-primary", ReadPreference.PreferPrimary)]
    [InlineData("prefer-standby", ReadPreference.PreferStandby)]
    [InlineData("Prefer-Standby", ReadPreference.PreferStandby)]
    public void Parse_TargetSessionAttributes_BecomeTheReadPreferenceAndANotice(string attribute, ReadPreference expected)
    {
        var parts = Parse($"Host=a;Target Session Attributes={attribute}");
        Assert.Equal(expected, parts.ReadPreference);
        var notice = Assert.Single(parts.Notices);
        Assert.Contains("Target Session Attributes", notice, StringComparison.Ordinal);
        Assert.Contains($"{expected}", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("Target", parts.Common, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Parse_WhatHasNoMeaningHere_IsTakenOutWithANoticeEach()
    {
        var parts = Parse("Host=a,b;Load Balance Hosts=true;Host Recheck Seconds=5");
        Assert.Equal(2, parts.Notices.Length);
        Assert.Contains(parts.Notices, static n => n.StartsWith("Load Balance Hosts", StringComparison.Ordinal));
        Assert.Contains(parts.Notices, static n => n.StartsWith("Host Recheck Seconds", StringComparison.Ordinal));
        Assert.DoesNotContain("Balance", parts.Common, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Recheck", parts.Common, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Host=", parts.Common, StringComparison.OrdinalIgnoreCase);
        Assert.Null(parts.ReadPreference);
    }

    [Fact]
    public void Parse_TimeoutsNotGiven_AreFinite_AndGivenOnesStay()
    {
        Assert.Contains("Timeout=3", Parse("Host=a").Common, StringComparison.Ordinal);
        Assert.Contains("Command Timeout=30", Parse("Host=a").Common, StringComparison.Ordinal);
        var given = Parse("Host=a;Timeout=9;Command Timeout=77").Common;
        Assert.Contains(";Timeout=9", ";" + given, StringComparison.Ordinal);
        Assert.Contains("Command Timeout=77", given, StringComparison.Ordinal);
    }

    [Fact]
    public void ForEndpoint_IsOneHost_AndItsPoolsAndTheMonitorShareOneLimit()
    {
        var settings = ResilientSettings.Freeze(new ResilientPostgresOptions
        {
            ConnectionString = "Host=a,b:5433;Username=app;Password=secret;Maximum Pool Size=10;Minimum Pool Size=10",
        });
        var one = settings.ForEndpoint(settings.Endpoints[1]);
        Assert.Equal("b", one.Host);
        Assert.Equal(5433, one.Port);
        Assert.Equal(6, one.MaxPoolSize);
        Assert.Equal(6, one.MinPoolSize);
        Assert.Equal((3, 0, true), settings.ForStatements(settings.Endpoints[1], isPooled: false) is { } statements ? (statements.MaxPoolSize, statements.MinPoolSize, statements.NoResetOnClose) : default);
        Assert.Null(ResilientSettings.Freeze(new ResilientPostgresOptions { ConnectionString = "Host=a;Maximum Pool Size=3" }).ForStatements(new Endpoint("a"), isPooled: false));
        Assert.Equal("secret", one.Password);
    }

    [Fact]
    public void Freeze_EndpointsDescribeOrAddHosts_InOrder()
    {
        var options = new ResilientPostgresOptions { ConnectionString = "Host=a,b" };
        options.Endpoints.Add(new EndpointOptions { Host = "B", Weight = 5, Labels = { ["zone"] = "x" } });
        options.Endpoints.Add(new EndpointOptions { Host = "c", Port = 6000, CanBecomePrimary = false });
        var endpoints = ResilientSettings.Freeze(options).Endpoints;
        Assert.Equal(["a:5432", "B:5432", "c:6000"], endpoints.Select(static e => e.Name));
        Assert.Equal(5, endpoints[1].Weight);
        Assert.Equal("x", endpoints[1].Labels["zone"]);
        Assert.False(endpoints[2].CanBecomePrimary);
    }

    static ConnectionStringParts Parse(string text)
    {
        var failures = new List<string>();
        var parts = ConnectionStringParts.Parse(text, failures);
        Assert.Empty(failures);
        return parts;
    }
}
