using Microsoft.Extensions.Options;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Tests.Options;

/// <summary>Every bad input is refused, by a message that names the key, the value and what to do.</summary>
public sealed class OptionsValidationTests
{
    const string Good = "Host=pg-a,pg-b;Database=blog;Username=app";

    public static TheoryData<string, Action<ResilientPostgresOptions>, string[]> Bad => new()
    {
        { "no host", static o => o.ConnectionString = "Database=blog", ["ConnectionString has no Host", "Host=pg-a,pg-b,pg-c"] },
        { "nothing", static o => o.ConnectionString = "", ["ConnectionString"] },
        { "unknown connection string key", static o => o.ConnectionString = Good + ";Hots=x", ["ConnectionString can't be read", "Hots"] },
        { "value of the wrong type", static o => o.ConnectionString = Good + ";Timeout=soon", ["ConnectionString can't be read", "Timeout", "soon"] },
        { "port out of range", static o => o.ConnectionString = "Host=pg-a:70000", ["pg-a", "70000", "between 1 and 65535"] },
        { "port zero", static o => o.ConnectionString = "Host=pg-a:0", ["pg-a", "is 0", "between 1 and 65535"] },
        { "port not a number", static o => o.ConnectionString = "Host=pg-a:five", ["pg-a:five", "not a number", "host:port"] },
        { "port empty", static o => o.ConnectionString = "Host=pg-a:", ["pg-a:", "not a number"] },
        { "host twice", static o => o.ConnectionString = "Host=pg-a,PG-A", ["Host lists", "pg-a:5432", "2 times", "once"] },
        { "no root certificate", static o => o.ConnectionString = Good + ";Root Certificate=/no/such.crt", ["Root Certificate is '/no/such.crt'", "no such file", "Correct the path"] },
        { "no certificate", static o => o.ConnectionString = Good + ";SSL Certificate=/no/such.crt", ["SSL Certificate is '/no/such.crt'", "no such file"] },
        { "no key", static o => o.ConnectionString = Good + ";SSL Key=/no/such.key", ["SSL Key is '/no/such.key'", "no such file"] },
        { "no passfile", static o => o.ConnectionString = Good + ";Passfile=/no/pgpass", ["Passfile is '/no/pgpass'", "no such file"] },
        { "multiplexing", static o => o.ConnectionString = Good + ";Multiplexing=true", ["Multiplexing is True", "Remove"] },
        { "pool of one", static o => o.ConnectionString = Good + ";Maximum Pool Size=1", ["Maximum Pool Size is 1", "at least 2"] },
        { "pool that keeps more than it may have", static o => o.ConnectionString = Good + ";Minimum Pool Size=5;Maximum Pool Size=2", ["Minimum Pool Size is 5", "Maximum Pool Size 2", "Lower the first"] },
        { "bad target", static o => o.ConnectionString = Good + ";Target Session Attributes=leader", ["Target Session Attributes", "leader", "prefer-standby"] },
        { "two read preferences", static o => { o.ConnectionString = Good + ";Target Session Attributes=standby"; o.ReadPreference = ReadPreference.Primary; }, ["ReadPreference is Primary", "Target Session Attributes", "Standby", "Remove one"] },
        { "read preference", static o => o.ReadPreference = (ReadPreference)17, ["ReadPreference is 17", "PreferStandby"] },
        { "mode", static o => o.Mode = (RoutingMode)9, ["Mode is 9", "PassThrough"] },
        { "split brain", static o => o.SplitBrain = (SplitBrainAction)9, ["SplitBrain is 9", "RefuseWrites"] },
        { "pooler", static o => o.Pooler = (PoolerKinds)32, ["Pooler is 32", "Pgpool", "PgBouncerTransaction"] },
        { "two modes of PgBouncer", static o => o.Pooler = PoolerKinds.PgBouncerSession | PoolerKinds.PgBouncerTransaction, ["Pooler is PgBouncerSession, PgBouncerTransaction", "one of the two"] },
        { "backends without pgpool", static o => o.Backends = "pg-x", ["Backends is 'pg-x'", "Pooler None", "Set Pooler"] },
        { "backend with a bad port", static o => { o.Pooler = PoolerKinds.Pgpool; o.Backends = "pg-x:0"; }, ["Backends: the port of 'pg-x' is 0", "between 1 and 65535"] },
        { "backend that is a host", static o => { o.Pooler = PoolerKinds.Pgpool; o.Backends = "pg-x,pg-b"; }, ["Backends has pg-b:5432", "Host lists the pgpools"] },
        { "standbys through pgpool", static o => { o.Pooler = PoolerKinds.Pgpool; o.ReadPreference = ReadPreference.Standby; }, ["ReadPreference is Standby", "Pooler Pgpool", "PreferStandby", "Backends"] },
        { "retries below", static o => o.Retry.MaxRetries = -1, ["Retry:MaxRetries is -1", "0", "100"] },
        { "retries above", static o => o.Retry.MaxRetries = 101, ["Retry:MaxRetries is 101", "0", "100"] },
        { "retry base", static o => o.Retry.BaseDelay = -Ms(1), ["Retry:BaseDelay is -00:00:00.001", "between"] },
        { "retry pauses shrink", static o => o.Retry.MaxDelay = Ms(5), ["Retry:MaxDelay is 00:00:00.005", "BaseDelay 00:00:00.02", "Raise"] },
        { "retry budget", static o => o.Retry.BudgetRatio = double.NaN, ["Retry:BudgetRatio is NaN", "between 0 and 10"] },
        { "retry rate", static o => o.Retry.BudgetPerSecond = -1, ["Retry:BudgetPerSecond is -1", "between"] },
        { "breaker ratio", static o => o.CircuitBreaker.FailureRatio = 0, ["CircuitBreaker:FailureRatio is 0;", "0.001"] },
        { "breaker throughput", static o => o.CircuitBreaker.MinimumThroughput = 1, ["CircuitBreaker:MinimumThroughput is 1;", "between 2"] },
        { "breaker window", static o => o.CircuitBreaker.SamplingDuration = Ms(499), ["CircuitBreaker:SamplingDuration is 00:00:00.499", "between"] },
        { "breaker pause", static o => o.CircuitBreaker.BreakDuration = Ms(10), ["CircuitBreaker:BreakDuration is 00:00:00.01", "between"] },
        { "hedging share", static o => o.Hedging.MaxShare = 1.5, ["Hedging:MaxShare is 1.5", "between 0 and 1"] },
        { "hedging delay", static o => o.Hedging.Delay = TimeSpan.Zero, ["Hedging:Delay is 00:00:00;", "between"] },
        { "commit guard", static o => o.Commits.Guard = (CommitGuard)9, ["Commits:Guard is 9", "LogPosition", "TokenRow"] },
        { "token table without schema", static o => o.Commits.TokenTable = "commits", ["Commits:TokenTable is 'commits'", "schema.table", "resilient_postgres.commits"] },
        { "token table quoted", static o => o.Commits.TokenTable = "app.\"x\"; DROP TABLE y", ["Commits:TokenTable is", "schema.table"] },
        { "no token table", static o => o.Commits.TokenTable = null!, ["Commits:TokenTable is ''"] },
        { "token retention", static o => o.Commits.TokenRetention = TimeSpan.FromMinutes(9), ["Commits:TokenRetention is 00:09:00", "between 00:10:00"] },
        { "token retention under the call", static o => { o.TotalTimeout = TimeSpan.FromHours(1); o.Commits.TokenRetention = TimeSpan.FromHours(3); }, ["Commits:TokenRetention is 03:00:00", "TotalTimeout 01:00:00", "Raise the retention to 04:00:00"] },
        { "ledger", static o => o.Commits.LedgerCapacity = -1, ["Commits:LedgerCapacity is -1", "between 0 and 10000000"] },
        { "no retry", static o => o.Retry = null!, ["Retry is null", "leave it"] },
        { "probe timeout at the interval", static o => o.Monitoring.ProbeTimeout = o.Monitoring.ProbeInterval, ["ProbeTimeout is 00:00:00.5", "ProbeInterval 00:00:00.5", "Lower the timeout"] },
        { "panic slower than calm", static o => o.Monitoring.PanicInterval = TimeSpan.FromMilliseconds(600), ["PanicInterval is 00:00:00.6", "Lower"] },
        { "panic quickens", static o => o.Monitoring.PanicMaxInterval = TimeSpan.FromMilliseconds(20), ["PanicMaxInterval is 00:00:00.02", "Raise"] },
        { "lag of nothing", static o => o.MaxReplicationLag = TimeSpan.FromMilliseconds(9), ["MaxReplicationLag is 00:00:00.009", "between 00:00:00.01"] },
        { "lag of few bytes", static o => o.MaxReplicationLagBytes = 1023, ["MaxReplicationLagBytes is 1023", "between 1024"] },
        { "consistency none of them", static o => o.Consistency.Level = (Consistency)9, ["Consistency:Level is 9", "Process"] },
        { "consistency gone", static o => o.Consistency = null!, ["Consistency is null", "leave it"] },
        { "wait above attempt", static o => o.Consistency.StandbyWait = TimeSpan.FromSeconds(11), ["Consistency:StandbyWait is 00:00:11", "00:00:10"] },
        { "attempt above total", static o => o.AttemptTimeout = TimeSpan.FromSeconds(31), ["AttemptTimeout is 00:00:31", "TotalTimeout 00:00:30", "Lower"] },
        { "attempt of nothing", static o => o.AttemptTimeout = TimeSpan.Zero, ["AttemptTimeout is 00:00:00", "between"] },
        { "total negative", static o => o.TotalTimeout = -TimeSpan.FromSeconds(1), ["TotalTimeout is -00:00:01", "between"] },
        { "total infinite", static o => o.TotalTimeout = Timeout.InfiniteTimeSpan, ["TotalTimeout", "between"] },
        { "interval too short", static o => o.Monitoring.ProbeInterval = TimeSpan.FromMilliseconds(1), ["Monitoring:ProbeInterval is 00:00:00.001", "between"] },
        { "probe timeout too short", static o => o.Monitoring.ProbeTimeout = TimeSpan.Zero, ["Monitoring:ProbeTimeout is 00:00:00", "between"] },
        { "panic duration negative", static o => o.Monitoring.PanicDuration = -TimeSpan.FromSeconds(1), ["Monitoring:PanicDuration", "between"] },
        { "lag of a week", static o => o.MaxReplicationLag = TimeSpan.FromDays(7), ["MaxReplicationLag is 7.00:00:00", "between", "7 seconds are written 00:00:07"] },
        { "retention in seconds", static o => o.Commits.TokenRetention = TimeSpan.FromDays(86400), ["Commits:TokenRetention is 86400.00:00:00", "written 1.00:00:00"] },
        { "no monitoring", static o => o.Monitoring = null!, ["Monitoring is null", "leave it"] },
        { "endpoint without host", static o => o.Endpoints.Add(new EndpointOptions()), ["Endpoints:0:Host is ''", "host name"] },
        { "endpoint with two hosts", static o => o.Endpoints.Add(new EndpointOptions { Host = "pg-c,pg-d" }), ["Endpoints:0:Host is 'pg-c,pg-d'", "one host"] },
        { "endpoint with its port", static o => o.Endpoints.Add(new EndpointOptions { Host = "pg-c:5433" }), ["Endpoints:0:Host is 'pg-c:5433'", "Endpoints:0:Port"] },
        { "no endpoint", static o => o.Endpoints.Add(null!), ["Endpoints:0 is null", "remove"] },
        { "endpoint port", static o => o.Endpoints.Add(new EndpointOptions { Host = "pg-c", Port = 70000 }), ["Endpoints:0:Port is 70000", "between 1 and 65535"] },
        { "endpoint weight", static o => o.Endpoints.Add(new EndpointOptions { Host = "pg-c", Weight = -1 }), ["Endpoints:0:Weight is -1", "between 0 and 1000"] },
        { "rule without effect", static o => o.StatementRouting.Rules.Add(new RoutingRuleOptions { Label = "x" }), ["StatementRouting:Rules:0 says neither", "Set one"] },
        { "rule with a bad label", static o => o.StatementRouting.Rules.Add(new RoutingRuleOptions { EndpointLabel = "report" }), ["StatementRouting:Rules:0:EndpointLabel is 'report'", "key=value"] },
        { "rule with a bad pattern", static o => o.StatementRouting.Rules.Add(new RoutingRuleOptions { Statement = "(", EndpointLabel = "a=b" }), ["StatementRouting:Rules:0:Statement is '('", "regular expression"] },
        { "function in both lists", static o => { o.StatementRouting.ReadOnlyFunctions.Add("f"); o.StatementRouting.WriteFunctions.Add("f"); }, ["both list f", "Remove"] },
        { "cache of nothing", static o => o.StatementRouting.CachedStatements = 0, ["StatementRouting:CachedStatements is 0", "between 16"] },
        { "endpoint twice", static o => { o.Endpoints.Add(new EndpointOptions { Host = "pg-c" }); o.Endpoints.Add(new EndpointOptions { Host = "pg-c" }); }, ["Endpoints lists", "pg-c:5432", "2 times"] },
        { "none may become primary", static o => { o.Endpoints.Add(new EndpointOptions { Host = "pg-a", CanBecomePrimary = false }); o.Endpoints.Add(new EndpointOptions { Host = "pg-b", CanBecomePrimary = false }); }, ["CanBecomePrimary is false for every server", "true for at least one"] },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Freeze_BadInput_IsRefusedByKeyValueAndRemedy(string what, Action<ResilientPostgresOptions> spoil, string[] said)
    {
        var options = new ResilientPostgresOptions { ConnectionString = Good };
        spoil(options);
        var refused = Assert.Throws<OptionsValidationException>(() => OptionsCheck.Freeze("blog", options));
        Assert.All(said, s => Assert.True(refused.Message.Contains(s, StringComparison.OrdinalIgnoreCase), $"{what}: '{s}' is missing in: {refused.Message}"));
        Assert.Equal("blog", refused.OptionsName);
    }

    [Fact]
    public void Freeze_SeveralBadInputs_AreAllListed()
    {
        var options = new ResilientPostgresOptions { ConnectionString = "Host=pg-a:0,pg-b:x;Multiplexing=true", Retry = { MaxRetries = -1 } };
        options.Monitoring.ProbeTimeout = TimeSpan.FromSeconds(1);
        var refused = Assert.Throws<OptionsValidationException>(() => OptionsCheck.Freeze("blog", options));
        Assert.Equal(5, refused.Failures.Count());
    }

    [Fact]
    public void Freeze_WhatFollowsFromARefusedValue_IsNotSaidToo()
    {
        var options = new ResilientPostgresOptions { ConnectionString = Good, AttemptTimeout = TimeSpan.FromDays(40), TotalTimeout = TimeSpan.FromDays(30) };
        options.Retry.MaxDelay = -Ms(1);
        options.Monitoring.ProbeInterval = Ms(1);
        options.Monitoring.PanicMaxInterval = TimeSpan.FromDays(1);
        var refused = Assert.Throws<OptionsValidationException>(() => OptionsCheck.Freeze("blog", options));
        Assert.Equal(5, refused.Failures.Count());
        Assert.All(refused.Failures, static f => Assert.Contains("it must be between", f, StringComparison.Ordinal));
    }

    [Fact]
    public void Freeze_Defaults_AreValidAndAsDocumented()
    {
        var settings = OptionsCheck.Freeze("blog", new ResilientPostgresOptions { ConnectionString = Good });
        Assert.Equal(RoutingMode.Full, settings.Mode);
        Assert.Equal(ReadPreference.PreferStandby, settings.ReadPreference);
        Assert.Equal(SplitBrainAction.RefuseWrites, settings.SplitBrain);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.MaxReplicationLag);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.AttemptTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.TotalTimeout);
        Assert.Equal(new RetrySettings(3, Ms(20), Ms(1000), 0.2, 1), settings.Retry);
        Assert.Equal(new CircuitBreakerSettings(true, 0.5, 20, Ms(5000), Ms(1000)), settings.CircuitBreaker);
        Assert.Equal(new HedgingSettings(false, null, 0.05), settings.Hedging);
        Assert.Equal(new CommitSettings(true, true, false, 0) { TokenTable = "resilient_postgres.commits", TokenRetention = TimeSpan.FromDays(1) }, settings.Commits);
        Assert.Equal(
            new MonitoringSettings(Ms(500), Ms(400), Ms(50), Ms(2000), Ms(1000)) { DiscoveryInterval = Ms(30_000), DiscoveryTimeout = Ms(5000), DiscoveryMemory = Ms(120_000) },
            settings.Monitoring);
        Assert.Empty(settings.Notices);
    }

    [Fact]
    public void Freeze_LimitsThemselves_AreAllowed()
    {
        var options = new ResilientPostgresOptions
        {
            ConnectionString = Good + ";Maximum Pool Size=2",
            MaxReplicationLag = Ms(1500),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            Retry = { MaxRetries = 0, BaseDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
        };
        options.Monitoring.ProbeTimeout = Ms(499);
        options.Monitoring.PanicInterval = Ms(500);
        options.Monitoring.PanicDuration = TimeSpan.Zero;
        Assert.Equal(0, OptionsCheck.Freeze("blog", options).Retry.MaxRetries);
    }

    static TimeSpan Ms(int value) => TimeSpan.FromMilliseconds(value);
}
